import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fetchModel } from '../../../src/model/hub/fetch-model.ts';
import { startStandIn } from './stand-in-hub.ts';

const MB = 1 << 20;

it('When the downloading process is killed with SIGKILL, then the next one fetches only what is missing', async (t) => {
  const downloads = await mkdtemp(join(tmpdir(), 'kill-'));
  t.after(() => rm(downloads, { recursive: true }));
  const weights = randomBytes(16 * MB);
  const files = { 'config.json': Buffer.from('{}'), 'model.safetensors': weights };
  let stalled: ServerResponse | undefined;
  const stand = new EventEmitter();
  const hub = await startStandIn({
    files,
    storage(_, res, content, from) {
      // The first five segments go through; the sixth stops half-way.
      if (from < 10 * MB || stalled) return false;
      stalled = res;
      res.writeHead(206, { 'content-range': `bytes ${from}-${from + 2 * MB - 1}/${content.length}` });
      res.write(content.subarray(from, from + MB), () => stand.emit('stalled'));
      return true;
    },
  });
  let closed = false;
  const closeHub = async () => {
    if (!closed) await hub.close();
    closed = true;
  };
  t.after(closeHub);
  const halfWay = once(stand, 'stalled');
  const child = fork(join(import.meta.dirname, 'download-child.ts'), [hub.url, downloads]);
  t.after(() => child.kill('SIGKILL'));
  await halfWay;
  child.kill('SIGKILL');
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  const written = await journalledBytes(downloads);
  // Four connections, each may have had a segment that was sent and not yet written down.
  assert.ok(written >= 2 * MB, `${written} bytes before the kill`);

  // A new stand-in in its place: what the dead process still had under way is not counted.
  await closeHub();
  const again = await startStandIn({ files, port: Number(new URL(hub.url).port) });
  t.after(() => again.close());
  const { dir } = await fetchModel({
    source: { kind: 'hugging-face', id: 'org/tiny', revision: undefined },
    downloads,
    settings: { huggingFace: { endpoint: again.url } },
    signal: new AbortController().signal,
    segmentBytes: 2 * MB,
  });
  assert.ok((await readFile(join(dir, 'model.safetensors'))).equals(weights));
  assert.equal(again.sent, weights.length - written);
});

/** How many bytes the journal that a killed download left behind says are on disk. */
async function journalledBytes(downloads: string): Promise<number> {
  const names = await readdir(downloads, { recursive: true });
  const journal = names.find((name) => name.endsWith('model.safetensors.part.journal'));
  assert.ok(journal, names.join());
  const lines = (await readFile(join(downloads, journal), 'utf8')).split('\n').slice(1, -1);
  const done = new Map(lines.map((line) => line.split(' ').map(Number) as [number, number]));
  return [...done.values()].reduce((sum, bytes) => sum + bytes, 0);
}
