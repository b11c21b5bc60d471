import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createAdminServer } from '../../../src/primary/admin-server.ts';
import { parseExposition } from '../../metrics/parse-exposition.ts';
import { forkWorker } from './fork-worker.ts';
import { startLedger } from './start-ledger.ts';

test('When a worker is frozen, then scrapes stay whole, its age grows, and its counts arrive once it goes on', async (t) => {
  const ledger = startLedger();
  const server = createAdminServer({
    render: ledger.render,
    workers: () => [],
    healthy: () => true,
    logger: { error: assert.fail },
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const scrape = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    assert.equal(answer.status, 200);
    return parseExposition(await answer.text(), 'text');
  };

  const frozen = await forkWorker(t, ledger, { slot: 0 });
  const running = await forkWorker(t, ledger, { slot: 1 });
  frozen.order({ order: 'count', requests: 10 });
  await frozen.pushed();
  frozen.child.kill('SIGSTOP');
  frozen.order({ order: 'count', requests: 5 });
  running.order({ order: 'count', requests: 100 });
  // A push may have been under way before the order came.
  while ((await scrape()).sum('gte_task_requests_total') < 110) await running.pushed();

  const age = { name: 'gte_worker_snapshot_age_seconds', labels: { slot: '0' } };
  let now = await scrape();
  while (now.sum(age.name, age.labels) < 1) {
    assert.equal(now.sum('gte_task_requests_total'), 110);
    assert.equal(now.find('gte_queue_depth').length, 2);
    await running.pushed();
    now = await scrape();
  }
  assert.ok(now.sum(age.name, { slot: '1' }) < now.sum(age.name, age.labels));

  frozen.child.kill('SIGCONT');
  while ((await scrape()).sum('gte_task_requests_total') < 115) await frozen.pushed();
  assert.equal((await scrape()).sum('gte_task_requests_total'), 115);
});
