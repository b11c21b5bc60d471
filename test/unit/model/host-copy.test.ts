import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostCopyOptions, hostCopy } from '../../../src/model/host-copy.ts';
import { tryLock } from '../../../src/model/process-lock.ts';

const digest = 'ab'.repeat(32);

async function setUp(t: TestContext, overrides: Partial<HostCopyOptions> = {}) {
  const cacheDir = await mkdtemp(join(tmpdir(), 'gte-cache-'));
  t.after(() => rm(cacheDir, { recursive: true, force: true }));
  const made: string[] = [];
  const options: HostCopyOptions = {
    digest,
    bytes: 10,
    cacheDir,
    runtimeVersion: '1.0.0',
    async make(to) {
      made.push(to);
      await writeFile(to, 'graph');
      await writeFile(`${to}.data`, 'weights');
    },
    ...overrides,
  };
  return { cacheDir, made, options, graphDir: join(cacheDir, digest.slice(0, 16)) };
}

test('When several processes ask at once, then one makes the copy and the others find it', async (t) => {
  const { options, made, graphDir } = await setUp(t);
  const copies = await Promise.all([hostCopy(options), hostCopy(options), hostCopy(options)]);
  assert.equal(made.length, 1);
  assert.deepEqual(new Set(copies.map(({ path }) => path)).size, 1);
  assert.equal(copies.filter((copy) => copy.made).length, 1);
  assert.deepEqual(
    copies.map(({ bytes }) => bytes),
    [12, 12, 12],
  );
  assert.deepEqual(await readdir(graphDir), [
    dirname(copies[0]?.path ?? '')
      .split('/')
      .at(-1),
  ]);
});

test('When the runtime is another version, then the copy is made again and the old one goes', async (t) => {
  const { options, made, graphDir } = await setUp(t);
  await hostCopy(options);
  await hostCopy({ ...options, runtimeVersion: '2.0.0' });
  assert.equal(made.length, 2);
  assert.equal((await readdir(graphDir)).length, 1);
});

test('When making fails, then nothing is left that looks like a copy, and the next one tries again', async (t) => {
  const { options, made } = await setUp(t);
  await assert.rejects(
    hostCopy({
      ...options,
      async make(to) {
        await writeFile(to, 'half');
        throw new Error('disk full');
      },
    }),
    /disk full/,
  );
  assert.equal((await hostCopy(options)).made, true);
  assert.equal(made.length, 1);
});

test('When the maker was killed, then its lock and its half copy are taken over', async (t) => {
  const { options, graphDir, made } = await setUp(t);
  const { path } = await hostCopy(options);
  const dir = dirname(path);
  await rm(dir, { recursive: true });
  await writeFile(`${dir}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, began: '', boot: '' }));
  await mkdir(`${dir}.tmp`);
  await writeFile(`${dir}.tmp/model.onnx`, 'half');
  assert.equal((await hostCopy(options)).made, true);
  assert.equal(made.length, 2);
  assert.deepEqual(await readdir(graphDir), [basename(dir)]);
});

test('When the disk has too little room, then it says how much is needed', async (t) => {
  const { options } = await setUp(t, { bytes: 1e18 });
  await assert.rejects(hostCopy(options), /MB free, 2500000000000 MB are needed/);
});

test('When another process makes it for too long, then the caller is told and does without', async (t) => {
  const { options, graphDir } = await setUp(t);
  const { path } = await hostCopy(options);
  await rm(dirname(path), { recursive: true });
  const { release } = await tryLock(`${dirname(path)}.lock`);
  await assert.rejects(
    hostCopy({ ...options, patienceMs: 0 }),
    new RegExp(`process ${process.pid} has been making it for`),
  );
  assert.equal((await readdir(graphDir)).length, 1, 'the lock stays with its holder');
  await release?.();
});
