import assert from 'node:assert/strict';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

const url = (path: string) => new URL(path, import.meta.url).href;

/** The nice value of a thread that has given way, by its own account. */
async function niceOfThread(): Promise<number> {
  const code = `
    import { readlinkSync } from 'node:fs';
    import { getPriority } from 'node:os';
    import { basename } from 'node:path';
    import { parentPort } from 'node:worker_threads';
    const { giveWay } = await import(${JSON.stringify(url('../../../src/model/give-way.ts'))});
    giveWay();
    parentPort.postMessage(getPriority(Number(basename(readlinkSync('/proc/thread-self')))));`;
  const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const [nice] = await once(thread, 'message');
  await thread.terminate();
  return nice;
}

test('When a thread gives way, then its own priority is lower and that of the process as it was', {
  skip: process.platform !== 'linux' && 'only Linux has a priority for each thread',
}, async () => {
  const before = getPriority();
  assert.equal(await niceOfThread(), Math.min(before + 5, 19));
  assert.equal(getPriority(), before);
});
