import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';

const root = resolve(import.meta.dirname, '../..');
const biome = join(root, 'node_modules/.bin/biome');

const ONNX =
  'onnxruntime-node is imported by src/model/session.ts alone, and runs in the inference thread alone';

/** Folder, what a file of it imports, and what the linter says to that. */
const FORBIDDEN = [
  ['src/primary', 'onnxruntime-node', ONNX],
  ['src/primary/deep', 'onnxruntime-node', ONNX],
  ['src/primary', '../model/manifest.ts', 'the primary stays small and never loads a model'],
  ['src/primary', '../tasks/index.ts', 'the primary stays small and never loads a model'],
  ['src/http', '../model/manifest.ts', 'http may not import this'],
  ['src/http/routes', '../../model/decode/softmax.ts', 'http may not import this'],
  ['src/http', '../worker/routes.ts', 'http may not import this'],
  ['src/http', 'onnxruntime-node', ONNX],
  ['src/tasks', '../worker/routes.ts', 'tasks may not import this'],
  ['src/tasks', '../http/app.ts', 'tasks may not import this'],
  ['src/tasks', '../model/session.ts', "tasks import model/decode and model's types"],
  ['src/tasks', '../model/manifest/fields.ts', "tasks import model/decode and model's types"],
  ['src/tasks', '../model/combine-manifests.ts', "tasks import model/decode and model's types"],
  ['src/worker', '../primary/start.ts', 'worker may not import this'],
  ['src/worker', 'onnxruntime-node', ONNX],
  ['src/model', 'onnxruntime-node', ONNX],
  ['src/model', '../tasks/index.ts', 'model may not import this'],
  ['src/model', '@xenova/transformers', 'only src/model/tokenizer.ts imports it'],
  ['src/batching', '../model/engine.ts', 'batching may not import this'],
  ['src/metrics', '../tasks/index.ts', 'metrics may not import this'],
  ['src/cli', '../primary/start.ts', 'cli may not import this'],
  ['src', './tasks/index.ts', 'the root files may not import this'],
] as const;

const ALLOWED = [
  ['src/http', '../tasks/index.ts'],
  ['src/tasks', '../model/decode/softmax.ts'],
  ['src/tasks', '../model/engine.ts'],
  ['src/tasks', '../model/manifest/heads.ts'],
  ['src/worker', '../http/app.ts'],
  ['src/primary', '../metrics/definitions.ts'],
] as const;

const READS_ENVIRONMENT = 'export const home = process.env.HOME;\n';

/** Folder of files that are linted together, under the project's own rules. */
const dir = mkdtempSync(join(tmpdir(), 'gte-lint-'));
/** Rule and message of what the linter found, by file. */
const found = new Map<string, string[]>();

describe('the lint rules', () => {
  before(() => {
    copyFileSync(join(root, 'biome.json'), join(dir, 'biome.json'));
    const write = (file: string, source: string) => {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), source);
    };
    FORBIDDEN.forEach(([folder, imported], i) => {
      write(`${folder}/static-${i}.ts`, `import '${imported}';\n`);
      write(`${folder}/dynamic-${i}.ts`, `export const x = () => import('${imported}');\n`);
    });
    ALLOWED.forEach(([folder, imported], i) => {
      write(`${folder}/allowed-${i}.ts`, `import '${imported}';\n`);
    });
    write('src/model/session.ts', "import 'onnxruntime-node';\n");
    write('src/main.ts', READS_ENVIRONMENT);
    write('src/worker/environment.ts', READS_ENVIRONMENT);

    const options = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none'];
    const { stdout, stderr } = spawnSync(biome, options, { cwd: dir, encoding: 'utf8' });
    assert.match(stdout, /^\{/, stderr);
    for (const { category, message, location } of JSON.parse(stdout).diagnostics) {
      const file = location.path.file ?? location.path;
      found.set(file, [...(found.get(file) ?? []), `${category} ${JSON.stringify(message)}`]);
    }
  });
  after(() => rmSync(dir, { recursive: true }));

  FORBIDDEN.forEach(([folder, imported, message], i) => {
    test(`When a file of ${folder} imports ${imported}, then the lint fails and says why`, () => {
      for (const file of [`${folder}/static-${i}.ts`, `${folder}/dynamic-${i}.ts`]) {
        const [first = ''] = found.get(file) ?? [];
        assert.ok(
          first.startsWith('lint/style/noRestrictedImports') && first.includes(message),
          `${file}: ${first}`,
        );
      }
    });
  });

  ALLOWED.forEach(([folder, imported], i) => {
    test(`When a file of ${folder} imports ${imported}, then the lint agrees`, () => {
      assert.equal(found.get(`${folder}/allowed-${i}.ts`), undefined);
    });
  });

  test('When src/model/session.ts imports onnxruntime-node, then the lint agrees', () => {
    assert.equal(found.get('src/model/session.ts'), undefined);
  });

  test('When a file other than an entry point reads process.env, then the lint fails', () => {
    assert.match(found.get('src/worker/environment.ts')?.join() ?? '', /^lint\/style\/noProcessEnv/);
    assert.equal(found.get('src/main.ts'), undefined);
  });
});
