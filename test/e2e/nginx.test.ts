import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { killUnderLoad } from '../drill/kill-under-load.ts';
import { startNginx } from '../integration/nginx/nginx.ts';
import { metricSum, predict, type Service, startService } from './service.ts';
import { until } from './until.ts';

/** What the counters say once two readings, further apart than the workers' reports (250 ms), agree. */
async function settled(counted: () => Promise<number[]>): Promise<number[]> {
  for (let last = await counted(); ; ) {
    await setTimeout(600);
    const now = await counted();
    if (now.join() === last.join()) return now;
    last = now;
  }
}

const BODY = { task_type: 'sentiment', input_text: '房间很干净，前台服务也热情，下次来还会住这里。' };

describe('nginx in front of the real cluster', () => {
  let service: Service;
  before(async () => {
    service = await startService({ workers: 2 });
  });
  after(() => service.stop());

  const front = (t: TestContext) => startNginx(t, { workers: 2, slotsDir: service.runDir });

  test('When a worker is killed amid 400 requests of 8 clients, then only those inside it fail', async (t) => {
    const loss = await killUnderLoad({ service, ...(await front(t)) }, (load) => {
      const enough = load.samples.length + 200;
      return until('200 answers more', () => load.samples.length >= enough, 60_000);
    });
    assert.ok(loss.answered >= 392, `${loss.answered} answered`);
    assert.deepEqual(loss.outside, []);
    assert.equal(loss.lost.length, loss.failed);
    assert.ok(loss.failed <= 8, `${loss.failed} failed`);
    for (const { status } of loss.lost) assert.equal(status, '502');
  });

  test('When requests end in every way, then the log says of each what the counters say', async (t) => {
    const { origin, log } = await front(t);
    const counted = () =>
      Promise.all(
        ['success', 'invalid', 'cancelled'].map((status) =>
          metricSum(service.metricsUrl, 'gte_task_requests_total', { status }),
        ),
      );
    const start = await settled(counted);
    for (const body of [BODY, { ...BODY, task_type: 'ner' }, { task_type: 'nope', input_text: 'x' }, {}])
      await predict(origin, body);
    const late = await fetch(`${origin}/predict`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Timeout-Ms': '1' },
      body: JSON.stringify({ ...BODY, input_text: BODY.input_text.repeat(200) }),
    });
    assert.ok([429, 504].includes(late.status), `${late.status}`);
    const lines = await log(5);
    assert.deepEqual(
      lines.map(({ task_type, task_status }) => [task_type, task_status]),
      [
        ['sentiment', 'success'],
        ['ner', 'success'],
        ['unknown', 'invalid'],
        ['unknown', 'invalid'],
        ['sentiment', 'cancelled'],
      ],
    );
    const end = await settled(counted);
    assert.deepEqual(
      end.map((value, i) => value - (start[i] ?? 0)),
      [2, 2, 1],
    );
  });

  test('When the metrics of the service are asked for in public, then they are not there, and its page is', async (t) => {
    const { origin } = await front(t);
    for (const path of ['/metrics', '//metrics', '/%6Detrics', '/workers', '/admin'])
      assert.equal((await fetch(origin + path)).status, 404, path);
    const page = await fetch(`${origin}/`);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src/);
  });
});
