import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { addModel } from '../../../src/model/add-model.ts';
import { createEngine } from '../../../src/model/create-engine.ts';
import { loadManifest } from '../../../src/model/manifest.ts';
import type { Sharing } from '../../../src/model/thread-messages.ts';
import { tinyFolder } from '../model-build/tiny-folder.ts';

const SEQUENCES = [{ ids: [2, 5, 6, 7, 8, 3] }, { ids: [2, 9, 3] }];

describe('graphs that workers share', () => {
  let root: string;
  let cacheDir: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'gte-shared-'));
    const tiny = await tinyFolder('cls-f32');
    for (const mode of ['cls', 'mean'] as const)
      await addModel({
        source: tiny.dir,
        modelsDir: root,
        name: mode,
        int8: false,
        pooling: { mode, normalize: true },
        settings: {},
        signal: new AbortController().signal,
      });
    await tiny.remove();
  });
  after(() => rm(root, { recursive: true }));
  beforeEach(async () => {
    cacheDir = await mkdtemp(join(root, '.cache-'));
  });

  /** Vectors of the sequences, and what became of sharing. */
  async function load(name: string, cache: string | undefined) {
    const dir = join(root, name);
    const engine = await createEngine({
      dir,
      manifest: await loadManifest(dir),
      ...(cache !== undefined && { cacheDir: cache }),
      shareFromBytes: 1,
      queueTokens: 1000,
      observer: { ran: () => undefined, rejected: () => undefined, cancelled: () => undefined },
      onExit: assert.ifError,
    });
    try {
      const vectors = await engine.embed(SEQUENCES, {
        signal: new AbortController().signal,
        deadline: performance.now() + 60_000,
        timeoutMs: 60_000,
        stages: { tokenize: 0, queue: 0, infer: 0, decode: 0 },
        tokens: 0,
      });
      const [sharing] = engine.sharing;
      return { vectors, sharing: sharing as Sharing };
    } finally {
      await engine.close();
    }
  }

  it('When a copy is made for this host, then it answers bit for bit as the graph itself, and the next start finds it', async () => {
    const plain = await load('cls', undefined);
    const first = await load('cls', cacheDir);
    const second = await load('cls', cacheDir);
    assert.equal(first.sharing.copy?.made, true);
    assert.equal(second.sharing.copy?.made, false);
    assert.equal(second.sharing.copy?.path, first.sharing.copy?.path);
    assert.deepEqual(first.vectors, plain.vectors);
    assert.deepEqual(second.vectors, plain.vectors);
  });

  it('When two graphs lie over the same weights, then each has a copy of its own', async () => {
    const [cls, mean] = await Promise.all(['cls', 'mean'].map((name) => loadManifest(join(root, name))));
    assert.ok(cls?.encoder?.data?.sha256);
    assert.equal(cls.encoder.data.sha256, mean?.encoder?.data?.sha256);
    const expected = await load('mean', undefined);
    const other = await load('cls', cacheDir);
    const shared = await load('mean', cacheDir);
    assert.equal(shared.sharing.copy?.made, true);
    assert.notDeepEqual(shared.vectors, other.vectors);
    assert.deepEqual(shared.vectors, expected.vectors);
  });

  it('When a copy can not be opened, then the graph itself serves, and the next start makes the copy anew', async () => {
    const good = await load('cls', cacheDir);
    const { path } = good.sharing.copy ?? { path: '' };
    for (const name of await readdir(dirname(path))) await truncate(join(dirname(path), name), 100);
    const damaged = await load('cls', cacheDir);
    assert.match(damaged.sharing.problem ?? '', /model\.onnx can't be opened: /);
    assert.deepEqual(damaged.vectors, good.vectors);
    const mended = await load('cls', cacheDir);
    assert.equal(mended.sharing.copy?.made, true);
    assert.deepEqual(mended.vectors, good.vectors);
  });

  it('When a graph is damaged, then no copy is made of it; mended, it is copied', async () => {
    const good = await load('cls', undefined);
    const { encoder } = await loadManifest(join(root, 'cls'));
    const weights = join(root, 'cls', encoder?.data?.file ?? '');
    const bytes = await readFile(weights);
    await writeFile(weights, Buffer.from(bytes).fill(0, 1000, 1100));
    const damaged = await load('cls', cacheDir);
    await writeFile(weights, bytes);
    assert.equal(damaged.sharing.problem, `${weights} is damaged`);
    const mended = await load('cls', cacheDir);
    assert.equal(mended.sharing.copy?.made, true);
    assert.deepEqual(mended.vectors, good.vectors);
  });

  it('When the folder of copies can not be written, then the graph itself serves and the reason is told', async () => {
    const file = join(cacheDir, 'file');
    await writeFile(file, '');
    const { sharing, vectors } = await load('cls', join(file, 'cache'));
    assert.match(sharing.problem ?? '', /ENOTDIR/);
    assert.equal(sharing.copy, undefined);
    assert.deepEqual(vectors, (await load('cls', undefined)).vectors);
  });
});
