import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';

const dist = resolve(import.meta.dirname, '../../dist');
const read = (file: string) => readFileSync(join(dist, file), 'utf8');

/** The built files that an entry leads to, itself included, and the packages that they import, at once or later. */
async function reach(entry: string): Promise<{ files: string[]; packages: string[] }> {
  const { metafile } = await build({
    absWorkingDir: dist,
    entryPoints: [entry],
    outdir: 'unwritten',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  const files = Object.keys(metafile.inputs);
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => path),
  );
  const required = files.flatMap((file) =>
    [...read(file).matchAll(/\b__require\d*\("([^"]+)"\)/g)].map(([, name = '']) => name),
  );
  return { files, packages: [...new Set([...imported, ...required])].filter((name) => !isBuiltin(name)) };
}

let reached: ReturnType<typeof reach> | undefined;
/** What primary and worker come from. */
const service = () => {
  reached ??= reach('main.js');
  return reached;
};

test('When the service is built, then primary and worker come from a few files and import no package', async () => {
  const { files, packages } = await service();
  assert.deepEqual(packages, []);
  assert.equal(files.filter((file) => file.startsWith('start-')).length, 2, files.join(' '));
  assert.ok(files.length < 12, files.join(' '));
});

test('When the service is built, then the inference thread alone imports the native runtime', async () => {
  const { packages } = await reach('inference-thread.js');
  assert.deepEqual(packages, ['onnxruntime-node']);
});

test('When the service is built, then its source maps lead to src/ and hold next to nothing of packages', async () => {
  const { files } = await service();
  const bytes = (suffix: string) => files.reduce((sum, file) => sum + read(`${file}${suffix}`).length, 0);
  const sources = files.flatMap((file) => (JSON.parse(read(`${file}.map`)) as { sources: string[] }).sources);
  assert.ok(sources.includes('../src/worker/start.ts'), sources.slice(0, 9).join(' '));
  assert.ok(bytes('.map') < bytes('') / 4, `${bytes('.map')} bytes of maps for ${bytes('')} of code`);
});

test('When the service is built, then zod’s messages in fifty languages are left out, as `import * as z` leaves them', async () => {
  const french = '"expression r';
  const locale = resolve(import.meta.dirname, '../../node_modules/zod/v4/locales/fr.js');
  assert.ok(readFileSync(locale, 'utf8').includes(french));
  const { files } = await service();
  assert.deepEqual(
    files.filter((file) => read(file).includes(french)),
    [],
  );
});
