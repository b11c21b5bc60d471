import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fetchModel } from '../../../src/model/hub/fetch-model.ts';
import { startStandIn } from './stand-in-hub.ts';

const MB = 1 << 20;

it('When the downloading process is killed with SIGKILL, then the next one fetches only what is missing', async () => {
  const downloads = await mkdtemp(join(tmpdir(), 'kill-'));
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
  const halfWay = once(stand, 'stalled');
  const child = fork(join(import.meta.dirname, 'download-child.ts'), [hub.url, downloads]);
  await halfWay;
  const sentBefore = hub.sent;
  assert.ok(sentBefore >= 8 * MB, `${sentBefore} bytes before the kill`);
  child.kill('SIGKILL');
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);

  const { dir } = await fetchModel({
    source: { kind: 'hugging-face', id: 'org/tiny', revision: undefined },
    downloads,
    settings: { huggingFace: { endpoint: hub.url } },
    signal: new AbortController().signal,
    segmentBytes: 2 * MB,
  });
  assert.ok((await readFile(join(dir, 'model.safetensors'))).equals(weights));
  const again = hub.sent - sentBefore;
  // Four connections, each may have had up to 1 MiB that was not yet written down.
  assert.ok(again <= 16 * MB - 8 * MB + 4 * MB, `${again} bytes after the kill`);
  await hub.close();
  await rm(downloads, { recursive: true });
});
