import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendMixed } from './mixed-requests.ts';
import { metricSum, type Service, startService } from './service.ts';
import { until } from './until.ts';

/** Between two bursts of requests: most of the time is spent on waiting for the recycler's next look. */
const PAUSE_MS = 500;

/** Two workers under load, until each slot was replaced for this reason; all that happened meanwhile is looked at. */
async function recycleBoth(t: TestContext, reason: string, env: Record<string, string>): Promise<Service> {
  const service = await startService({ workers: 2, env });
  t.after(() => service.stop());
  const before = await service.workers();
  let over = false;
  const load = async () => {
    while (!over) {
      const outcome = await sendMixed(service.url, { count: 2, connections: 2 });
      assert.deepEqual(outcome, { codes: { 200: 2 }, failures: [] });
      await sleep(PAUSE_MS);
    }
  };
  const look = async () => {
    await until(`both slots are replaced for their ${reason}`, async () => {
      const now = await service.workers();
      const states = now.map(({ state }) => state).sort();
      assert.ok(states.filter((state) => state === 'ready').length >= 2, `never fewer than two: ${states}`);
      assert.ok(states.length <= 3, `one at a time: ${states}`);
      return now.every(({ pid }) => !before.some((old) => old.pid === pid));
    });
    over = true;
  };
  await Promise.all([load(), look()]);
  for (const slot of ['0', '1'])
    assert.ok((await metricSum(service.metricsUrl, 'gte_worker_restarts_total', { slot, reason })) >= 1);
  for (const other of ['crash', 'hung'])
    assert.equal(
      await metricSum(service.metricsUrl, 'gte_worker_restarts_total', { reason: other }),
      0,
      other,
    );
  await until('both are known to have drained', () =>
    before.every(({ pid }) => service.logs().some((line) => line.pid === pid && line.msg === 'drained')),
  );
  return service;
}

describe('recycling', { concurrency: true }, () => {
  test('When workers reach GTE_WORKER_MAX_AGE under load, then they are drained and replaced one at a time, and no request fails', async (t) => {
    await recycleBoth(t, 'age', { GTE_WORKER_MAX_AGE: '3s' });
  });

  test('When workers stay above GTE_WORKER_MAX_RSS_MB under load, then the same, and the log says that the limit is low', async (t) => {
    const service = await recycleBoth(t, 'memory', { GTE_WORKER_MAX_RSS_MB: '100' });
    const warnings = service
      .logs()
      .filter(({ msg }) => /^worker too large soon after its start/.test(`${msg}`));
    assert.deepEqual([...new Set(warnings.map(({ slot }) => slot))].sort(), [0, 1]);
  });
});
