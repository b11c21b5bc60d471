import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forkWorker } from './fork-worker.ts';
import { startLedger } from './start-ledger.ts';

test('When workers of two versions have other bucket layouts, then no series falls through the whole reload', async (t) => {
  const ledger = startLedger();
  let before = (await ledger.scrape()).samples;
  const unchanged = async () => {
    const now = await ledger.scrape();
    for (const { name, labels, value } of before.filter(({ name }) => name.startsWith('test_seconds'))) {
      const [sample] = now.find(name, labels).filter((s) => s.labels.le === labels.le);
      assert.ok(sample && sample.value >= value, `${name}${JSON.stringify(labels)} fell from ${value}`);
    }
    before = now.samples;
    return now;
  };

  const old = await forkWorker(t, ledger, { edges: [0.1, 0.5, 1] });
  old.order({ order: 'observe', seconds: [0.05, 0.3, 0.7, 3] });
  await old.pushed();
  await unchanged();
  const next = await forkWorker(t, ledger, { edges: [0.2, 0.5, 2] });
  await unchanged();
  next.order({ order: 'observe', seconds: [0.15, 0.3, 1.5] });
  old.order({ order: 'observe', seconds: [0.05] });
  old.order({ order: 'count-and-end', requests: 1, how: 'drain' });
  await Promise.all([old.ended, next.pushed()]);
  const both = await unchanged();
  assert.deepEqual(
    both.find('test_seconds_bucket').map(({ labels, value }) => [labels.le, value]),
    [
      ['0.1', 2],
      ['0.2', 3],
      ['0.5', 5],
      ['1', 6],
      ['2', 7],
      ['+Inf', 8],
    ],
  );
  next.order({ order: 'count-and-end', requests: 1, how: 'drain' });
  await next.ended;
  await unchanged();
});
