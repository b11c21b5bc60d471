import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { bothLanguages, firstCells, readDoc } from '../unit/docs/read-docs.ts';
import { mixedBody, sendMixed } from './mixed-requests.ts';
import { metricSum, predict, type Service, scrape, startService } from './service.ts';
import { until } from './until.ts';

/** A push on its way at that moment may tell of less. */
const PUSH_ON_ITS_WAY_MS = 250;

describe('a cluster of two workers', () => {
  let service: Service;
  const reportedSince = (moment: number) => async () => {
    const askedAt = Date.now();
    const ages = (await scrape(service.metricsUrl)).find('gte_worker_snapshot_age_seconds');
    return ages.every(({ value }) => value * 1000 < askedAt - moment - PUSH_ON_ITS_WAY_MS);
  };
  before(async () => {
    service = await startService({ workers: 2, env: { GTE_DRAIN_MS: '60000', GTE_DEADLINE_MS: '120000' } });
  });
  after(() => service.stop());

  test('When 1,000 mixed requests run and a worker gets SIGTERM midway, then all are answered and the counter says 1,000', async () => {
    const before = await metricSum(service.metricsUrl, 'gte_task_requests_total');
    const [worker] = await service.workers();
    assert.ok(worker);
    const outcome = await sendMixed(service.url, {
      count: 1000,
      onAnswer(answers) {
        if (answers === 400) process.kill(worker.pid, 'SIGTERM');
      },
    });
    assert.deepEqual(outcome, { codes: { 200: 1000 }, failures: [] });
    await until('the worker is replaced', async () =>
      (await service.workers()).every(({ pid }) => pid !== worker.pid),
    );
    const counted = async () => (await metricSum(service.metricsUrl, 'gte_task_requests_total')) - before;
    await until('the last push has arrived', async () => (await counted()) >= 1000);
    assert.equal(await counted(), 1000);
    assert.equal(
      await metricSum(service.metricsUrl, 'gte_worker_restarts_total', { reason: 'terminated' }),
      1,
    );
  });

  test('When a worker is killed, then it is respawned, its counters stay, and the restart is counted as a crash', async () => {
    await predict(service.url, mixedBody(3));
    await until(
      'the push has arrived',
      async () => (await metricSum(service.metricsUrl, 'gte_task_requests_total')) > 0,
    );
    const before = await metricSum(service.metricsUrl, 'gte_task_requests_total');
    const victims = await service.workers();
    for (const { pid } of victims) process.kill(pid, 'SIGKILL');
    await until('both are back', async () => {
      const now = await service.workers();
      return (
        now.length === 2 &&
        now.every(({ pid, state }) => state === 'ready' && !victims.some((v) => v.pid === pid))
      );
    });
    const after = await metricSum(service.metricsUrl, 'gte_task_requests_total');
    assert.ok(after >= before);
    assert.equal(await metricSum(service.metricsUrl, 'gte_worker_restarts_total', { reason: 'crash' }), 2);
    assert.equal((await predict(service.url, mixedBody(0))).status, 200);
    await until(
      'it is counted',
      async () => (await metricSum(service.metricsUrl, 'gte_task_requests_total')) > after,
    );
  });

  for (const page of bothLanguages('docs/api.md')) {
    test(`When the primary's port has a route, then ${page} has it, and it has no other`, async () => {
      const { error } = (await (await fetch(`${service.metricsUrl}/nowhere`)).json()) as { error: string };
      const documented = firstCells(readDoc(page)).flatMap((cell) => /^`(\/\S*)`$/.exec(cell)?.[1] ?? []);
      assert.deepEqual(
        documented.sort(),
        error
          .replace(/^.* has /, '')
          .split(', ')
          .sort(),
      );
    });
  }

  test('When a request comes through the socket of a slot, then that worker answers', async () => {
    for (const slot of [0, 1]) {
      const socketPath = join(service.runDir, `slot-${slot}.sock`);
      const status = await new Promise((resolve, reject) => {
        request({ socketPath, path: '/readyz' }, (answer) => resolve(answer.statusCode))
          .on('error', reject)
          .end();
      });
      assert.equal(status, 200);
    }
  });

  test('When the primary gets SIGTERM with requests in flight, then they are answered, it exits with 0 and leaves nothing', async () => {
    const workers = await service.workers();
    const long = {
      task_type: 'relation',
      input_text: '《平凡的世界》是作家路遥创作的一部长篇小说。'.repeat(100),
    };
    // Of one scrape: whoever is answered meanwhile would count twice.
    const arrived = async () => {
      const now = await scrape(service.metricsUrl);
      return now.sum('gte_task_requests_total') + now.sum('gte_active_requests');
    };
    await until('what was sent before is counted', reportedSince(Date.now()));
    const arrivedBefore = await arrived();
    const inFlight = [long, long, ...Array.from({ length: 16 }, (_, i) => mixedBody(i))].map((body) =>
      predict(service.url, body),
    );
    const load = Promise.allSettled(inFlight);
    let answered = 0;
    const count = () => {
      answered += 1;
    };
    for (const call of inFlight) void call.then(count, count);
    await until('all have arrived', async () => (await arrived()) >= arrivedBefore + inFlight.length);
    assert.ok(answered < inFlight.length, 'some are in flight');
    service.primary.kill('SIGTERM');
    assert.deepEqual(await service.exited, { code: 0, signal: null });
    for (const answer of await load)
      assert.equal(answer.status === 'fulfilled' ? answer.value.status : answer.reason.cause, 200);
    for (const { pid } of workers) assert.throws(() => process.kill(pid, 0), /ESRCH/);
    assert.equal(existsSync(join(service.runDir, 'slot-0.sock')), false);
  });
});
