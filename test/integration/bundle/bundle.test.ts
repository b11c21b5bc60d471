import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bundle } from '../../../src/cli/bundle/command.ts';
import { createBundle } from '../../../src/cli/bundle/create-bundle.ts';
import { root } from '../../../src/root.ts';
import { freePort, predict } from '../../e2e/service.ts';

/** A dpkg-deb that unpacks the same program from whatever package. */
const UNPACK = `#!/bin/sh
mkdir -p "$3/usr/bin" && printf '#!/bin/sh\necho wrk Glozer\n' >"$3/usr/bin/wrk" && chmod +x "$3/usr/bin/wrk"
`;

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('gte bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gte-bundle-test-'));
  const file = join(folder, 'service.tar.gz');
  const shared = join(folder, 'shared-var');
  const extra = join(folder, 'node.tar.xz');
  let unpacked: string;

  before(async () => {
    writeFileSync(extra, 'a tarball');
    const tools = join(folder, 'debs');
    mkdirSync(tools);
    for (const name of ['wrk', 'libluajit-5.1-2'])
      writeFileSync(join(tools, `${name}_1_all.deb`), 'a package');
    mkdirSync(shared);
    const made = await createBundle({ root, file, models: ['starter'], tools, extras: [extra] });
    execFileSync('sha256sum', ['--check', '--quiet', `${file}.sha256`], { cwd: folder });
    execFileSync('tar', ['-xzpf', file, '-C', folder]);
    unpacked = join(folder, made.folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('When it is unpacked, then production packages, links and extras are there, and tools of development are not', () => {
    for (const path of [
      'dist/main.js',
      'bin/gte',
      'ops/start.sh',
      'node_modules/.bin/pm2',
      'models/starter/manifest.json',
    ])
      assert.ok(existsSync(join(unpacked, path)), path);
    for (const path of ['node_modules/typescript', 'node_modules/tsx', 'node_modules/.bin/tsc', '.git'])
      assert.ok(!existsSync(join(unpacked, path)), path);
    assert.equal(readFileSync(join(unpacked, 'extras/node.tar.xz'), 'utf8'), 'a tarball');
    for (const cpu of ['x64', 'arm64'])
      assert.ok(existsSync(join(unpacked, `node_modules/onnxruntime-node/bin/napi-v6/linux/${cpu}`)), cpu);
    const { models } = JSON.parse(readFileSync(join(unpacked, 'bundle.json'), 'utf8'));
    assert.deepEqual(models, ['starter']);
  });

  it('When it holds tools, then a release may link its var, and ops/fetch-tools.sh unpacks them', () => {
    assert.ok(!existsSync(join(unpacked, 'var')));
    symlinkSync(shared, join(unpacked, 'var'));
    const PATH = join(folder, 'path');
    mkdirSync(PATH);
    for (const name of ['bash', 'chmod', 'dirname', 'find', 'head', 'mkdir', 'rm', 'sort', 'tail'])
      symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(PATH, name));
    writeFileSync(join(PATH, 'dpkg-deb'), UNPACK, { mode: 0o755 });
    const run = spawnSync('bash', ['ops/fetch-tools.sh', 'wrk'], {
      cwd: unpacked,
      encoding: 'utf8',
      env: { PATH },
    });
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assert.equal(execFileSync(join(shared, 'tools/bin/wrk'), { encoding: 'utf8' }), 'wrk Glozer\n');
  });

  it('When root unpacks it, then every other user can read it', () => {
    const closed = execFileSync('find', [unpacked, '!', '-type', 'l', '!', '-perm', '-o=r'], {
      encoding: 'utf8',
    });
    assert.equal(closed, '');
  });

  it('When ops/ prepares an unpacked bundle, then it neither installs nor builds', () => {
    const script = '. ops/lib/node.sh; require_node; install_packages; build';
    assert.equal(
      execFileSync('bash', ['-euo', 'pipefail', '-c', script], { cwd: unpacked, encoding: 'utf8' }),
      '',
    );
  });

  it('When the service is started from it, then it answers', async () => {
    const port = await freePort();
    const service = spawn(process.execPath, ['dist/main.js'], {
      cwd: unpacked,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        GTE_PORT: String(port),
        GTE_METRICS_PORT: String(await freePort()),
        GTE_WORKERS: '1',
      },
    });
    const exited = once(service, 'exit');
    try {
      for await (const text of service.stdout.setEncoding('utf8'))
        if (text.includes('"msg":"ready"') || service.exitCode !== null) break;
      const { status, body } = await predict(`http://127.0.0.1:${port}`, {
        task_type: 'sentiment',
        input_text: '很满意',
      });
      assert.equal(status, 200, JSON.stringify(body));
      const { build } = (await (await fetch(`http://127.0.0.1:${port}/info`)).json()) as { build: object };
      assert.deepEqual(build, {
        commit: JSON.parse(readFileSync(join(root, 'dist/build.json'), 'utf8')).commit,
        node: process.version,
        'onnxruntime-node': dependencies['onnxruntime-node'],
      });
    } finally {
      service.kill('SIGTERM');
      await exited;
    }
  });

  it('When a file to add or a model is missing, then one sentence says so', async () => {
    const said: string[] = [];
    const output = { write: (text: string) => said.push(text) > 0 };
    const run = (...args: string[]) => bundle(args, {}, { stdout: output, stderr: output });
    assert.equal(await run('--model', 'no-such-model', '--output', join(folder, 'never.tar.gz')), 1);
    assert.equal(await run('--add', join(folder, 'nothing'), '--json'), 1);
    assert.ok(!existsSync(join(folder, 'never.tar.gz')));
    assert.match(said[0] ?? '', /^gte bundle: there is no model no-such-model/);
    assert.match(JSON.parse(said[1] ?? '').error, /nothing is no file/);
  });
});
