import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { model } from '../../../src/cli/model/command.ts';
import { graphDigest } from '../../../src/model/graph-digest.ts';
import { copiesDir } from '../../../src/model/host-copy.ts';
import { loadManifest, type Manifest } from '../../../src/model/manifest.ts';
import { tryLock } from '../../../src/model/process-lock.ts';
import { tinyFolder } from '../../unit/model-build/tiny-folder.ts';
import { listen, type StandIn, startStandIn } from './stand-in-hub.ts';

type Graph = NonNullable<Manifest['encoder']>;

describe('gte model', () => {
  let models: string;
  let hub: StandIn;
  let tiny: Awaited<ReturnType<typeof tinyFolder>>;
  const files: Record<string, Buffer> = {};

  before(async () => {
    tiny = await tinyFolder('mean-f16-sharded');
    for (const entry of await readdir(tiny.dir, { recursive: true, withFileTypes: true }))
      if (entry.isFile() && entry.name !== 'expected.json') {
        const path = join(entry.parentPath, entry.name);
        files[path.slice(tiny.dir.length + 1)] = await readFile(path);
      }
    hub = await startStandIn({ files });
  });
  after(async () => {
    await hub.close();
    await tiny.remove();
  });
  beforeEach(async () => {
    models = await mkdtemp(join(tmpdir(), 'gte-models-'));
  });
  afterEach(() => rm(models, { recursive: true }));

  const gte = async (...args: string[]) => {
    const stdout: string[] = [];
    const stderr: string[] = [];
    const env = {
      HF_ENDPOINT: hub.url,
      MODELSCOPE_ENDPOINT: hub.url,
      GTE_METRICS_PORT: '1', // nothing listens there
      GTE_CACHE_DIR: join(models, '.cache'),
    };
    const takesFolder = args.length > 1 || args[0] === 'list';
    const code = await model([...args, ...(takesFolder ? ['--models', models] : [])], env, {
      stdout: { write: (text: string) => stdout.push(text) > 0 },
      stderr: { write: (text: string) => stderr.push(text) > 0 },
    });
    return { code, stdout: stdout.join(''), stderr: stderr.join('') };
  };

  it('When a model is added from a hub, then it is listed, verified, shown, and nothing of the download stays', async () => {
    const added = await gte('add', 'org/tiny', '--int8');
    assert.equal(added.code, 0, added.stderr);
    assert.match(added.stdout, /Added tiny-int8 0123456789ab-int8: int8 48 dimensions, 80 tokens/);
    assert.match(added.stdout, /\| int8 \|/);
    assert.match(added.stdout, /GTE_ENCODER_DIR=.*tiny-int8/);
    assert.match(added.stderr, /fetching 100 %/);
    assert.match(added.stderr, /building int8 100 %/);
    assert.deepEqual(await readdir(join(models, '.work', 'downloads')), []);

    const listed = JSON.parse((await gte('list', '--json')).stdout);
    assert.equal(listed.models.length, 1);
    assert.deepEqual(listed.models[0].encoder, {
      precision: 'int8',
      dimensions: 48,
      base: 'org/tiny @ 0123456789abcdef0123456789abcdef01234567',
    });
    const verified = await gte('verify', 'tiny-int8');
    assert.equal(verified.code, 0);
    assert.match(verified.stdout, /files are whole; 8\/8 golden rows asked/);
    assert.match((await gte('show', 'tiny-int8')).stdout, /mean pooling, vectors of length 1/);
  });

  it('When ModelScope holds it, then its own protocol is spoken, and the version comes from the weights', async () => {
    const added = await gte('add', 'modelscope:org/tiny', '--json');
    assert.equal(added.code, 0, added.stderr);
    const { manifest, fetchedBytes } = JSON.parse(added.stdout);
    assert.equal(manifest.version, manifest.encoder.data.sha256.slice(0, 12));
    assert.ok(fetchedBytes > 100_000);
  });

  it('When a model of that name is there, then it stays unless --replace is given', async () => {
    await gte('add', tiny.dir, '--name', 'mine');
    const again = await gte('add', tiny.dir, '--name', 'mine');
    assert.equal(again.code, 1);
    assert.match(again.stderr, /there is a model mine already: --replace, or another --name/);
    assert.equal((await gte('add', tiny.dir, '--name', 'mine', '--replace')).code, 0);
  });

  it('When a process was killed while it built, then its remains are cleared away by the next', async () => {
    const work = join(models, '.work');
    await mkdir(join(work, 'mine.new', 'fp32'), { recursive: true });
    await writeFile(join(work, 'mine.new', 'fp32', 'model.onnx.data'), 'half');
    await writeFile(join(work, 'mine.lock'), '{"pid": 2147483646, "began": "", "boot": ""}');
    const added = await gte('add', tiny.dir, '--name', 'mine');
    assert.equal(added.code, 0, added.stderr);
    assert.deepEqual(await readdir(work), []);
  });

  it('When a process was killed while it replaced a model, then the old one comes back', async () => {
    await gte('add', tiny.dir, '--name', 'mine');
    await rename(join(models, 'mine'), join(models, '.work', 'mine.replaced'));
    const added = await gte('add', tiny.dir, '--name', 'mine');
    assert.match(added.stderr, /there is a model mine already/);
    assert.equal((await gte('verify', 'mine')).code, 0);
  });

  it('When another process is at it, then the second one says so and leaves', async () => {
    await mkdir(join(models, '.work'));
    await tryLock(join(models, '.work', 'mine.lock'));
    const added = await gte('add', tiny.dir, '--name', 'mine');
    assert.equal(added.code, 1);
    assert.match(added.stderr, new RegExp(`process ${process.pid} is working on mine already`));
  });

  it('When a golden answer is not what the model says, then verify names the texts and fails', async () => {
    await gte('add', tiny.dir, '--name', 'mine');
    const path = join(models, 'mine', 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    manifest.golden.rows[0].answer -= 0.2;
    await writeFile(path, JSON.stringify(manifest));
    const verified = await gte('verify', 'mine');
    assert.equal(verified.code, 1);
    assert.match(verified.stdout, /“花呗怎么还款” and “如何偿还花呗账单”: 0\.\d{4} instead of/);
  });

  it('When it is removed, then it is gone; the starter and a used model are not', async () => {
    await gte('add', tiny.dir, '--name', 'mine');
    assert.equal((await gte('remove', 'mine')).code, 0);
    assert.deepEqual(JSON.parse((await gte('list', '--json')).stdout).models, []);
    assert.match((await gte('remove', 'mine')).stderr, /mine.*can't be read|no model mine/);
  });

  it('When a running service uses it, then it is neither removed nor replaced', async () => {
    await gte('add', tiny.dir, '--name', 'mine');
    const { models: listed } = JSON.parse((await gte('list', '--json')).stdout);
    const admin = createServer((_, res) => {
      res.end(`gte_model_info{model="mine/encoder",version="${listed[0].version}",engine="x"} 1\n`);
    });
    const url = await listen(admin);
    for (const args of [
      ['remove', 'mine'],
      ['add', tiny.dir, '--name', 'mine', '--replace'],
    ]) {
      const { code, stderr } = await gte(...args, '--admin', url);
      assert.equal(code, 1);
      assert.match(stderr, /the running service uses mine: gte model use another one first/);
    }
    admin.closeAllConnections();
    admin.close();
    await once(admin, 'close');
  });

  it('When this host has copies of its graph, then they are shown, and go with the last model that has it', async () => {
    for (const name of ['mine', 'twin']) await gte('add', tiny.dir, '--name', name);
    const manifest = await loadManifest(join(models, 'mine'));
    const copies = copiesDir(join(models, '.cache'), graphDigest(manifest.encoder as Graph));
    await mkdir(join(copies, 'cpu'), { recursive: true });
    await writeFile(join(copies, 'cpu', 'model.onnx'), Buffer.alloc(3 << 20));
    const { models: listed } = JSON.parse((await gte('list', '--json')).stdout);
    assert.deepEqual(
      listed.map((row: { host_copies_bytes: number }) => row.host_copies_bytes),
      [3 << 20, 3 << 20],
    );
    assert.match((await gte('show', 'mine')).stdout, /copy for this host: .* \(3 MB\)/);
    assert.match((await gte('remove', 'mine')).stdout, /and 0 MB of copies for this host/);
    assert.match((await gte('remove', 'twin')).stdout, /and 3 MB of copies for this host/);
    assert.deepEqual(await readdir(join(models, '.cache')), []);
  });

  it('When a name leads out of the folder, then it is no name', async () => {
    for (const name of ['../x', '.work', '/etc', 'a/b'])
      assert.match((await gte('show', name)).stderr, /there is no model/);
    assert.match((await gte('add', tiny.dir, '--name', '../x')).stderr, /can't name a model/);
  });

  it('When the pooling is told by the caller, then it is used', async () => {
    const { stdout } = await gte(
      'add',
      tiny.dir,
      '--name',
      'raw',
      '--pooling',
      'cls',
      '--no-normalize',
      '--json',
    );
    assert.equal(JSON.parse(stdout).manifest.encoder.normalized, false);
    const wrong = await gte('add', tiny.dir, '--name', 'other', '--pooling', 'max');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--pooling max: use cls, mean, mean_sqrt_len/);
  });

  it('When no subcommand is given, then the list of them is', async () => {
    assert.equal((await gte()).code, 2);
    assert.match(
      (await gte('--help')).stdout,
      /add .*\n.*list .*\n.*show .*\n.*verify .*\n.*use .*\n.*remove /,
    );
  });
});
