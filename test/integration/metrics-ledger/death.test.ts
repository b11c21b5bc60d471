import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forkWorker } from './fork-worker.ts';
import { startLedger } from './start-ledger.ts';

test('When workers are killed one after the other, then each loses no push it had sent, and totals never fall', async (t) => {
  const ledger = startLedger();
  let before = 0;
  for (let kill = 0; kill < 3; kill++) {
    const worker = await forkWorker(t, ledger);
    worker.order({ order: 'count-on' });
    for (let pushes = 0; pushes < 3; pushes++) {
      await worker.pushed();
      const now = await ledger.requests();
      assert.ok(now >= before, `${now} < ${before}`);
    }
    const earlier = before;
    before = await ledger.requests();
    worker.child.kill('SIGKILL');
    await worker.ended;
    const after = await ledger.requests();
    assert.ok(after >= before, `${after} < ${before}`);
    assert.ok(worker.requestsTaken() > 0);
    assert.ok(after - earlier >= worker.requestsTaken(), `${after - earlier} < ${worker.requestsTaken()}`);
    before = after;
  }
});

for (const how of ['drain', 'exit', 'throw', 'reject'] as const) {
  test(`When a worker ends by ${how} in the tick in which it counted, then nothing is lost`, async (t) => {
    const ledger = startLedger();
    const worker = await forkWorker(t, ledger);
    worker.order({ order: 'count', requests: 1000 });
    worker.order({ order: 'count-and-end', requests: 234, how });
    await worker.ended;
    assert.equal(await ledger.requests(), 1234);
    assert.equal(worker.child.exitCode, how === 'throw' || how === 'reject' ? 1 : 0);
  });
}

test('When a worker is gone, then its gauges are gone and another of its slot starts from its own', async (t) => {
  const ledger = startLedger();
  const first = await forkWorker(t, ledger);
  const gauges = async () => (await ledger.scrape()).find('gte_queue_depth', { slot: '0' }).length;
  assert.equal(await gauges(), 1);
  first.child.kill('SIGKILL');
  await first.ended;
  assert.equal(await gauges(), 0);
  await forkWorker(t, ledger);
  assert.equal(await gauges(), 1);
});

test('When a worker dies while the primary is busy, then what it had sent is booked before it is retired', async (t) => {
  const ledger = startLedger();
  const worker = await forkWorker(t, ledger);
  worker.order({ order: 'count-and-end', requests: 500, how: 'exit' });
  await new Promise((resolve) => setImmediate(resolve));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000); // exit and messages wait side by side
  await worker.ended;
  assert.equal(await ledger.requests(), 500);
  assert.deepEqual((await ledger.scrape()).find('gte_queue_depth'), []);
});
