import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { TASK_TYPES } from '../../src/task-types.ts';
import type { Exposition } from '../metrics/parse-exposition.ts';
import { followMetrics } from './board/follow-metrics.ts';
import { numbers, openBoard } from './board/open-board.ts';
import { panelsBetween, RATE_WINDOW, readPanels } from './board/panels-between.ts';
import { type Fault, seenInTime } from './board/seen-in-time.ts';
import { startLoad } from './board/steady-load.ts';
import { launchBrowser, type OpenPage } from './page/open-page.ts';
import { metricSum, type Service, startService } from './service.ts';
import { freezeWith, LONG_EVENT, QUESTION } from './stuck-requests.ts';
import { until } from './until.ts';

/** Longer than the board's limit for P95, so that requests can be slow without failing. */
const DEADLINE_MS = 5000;
const SLOW_SECONDS = 2;
const CLIENTS = 12;
/** The board does not redden for one request. */
const ALARMING = 2;

describe('The live board while load runs', () => {
  let browser: Browser;
  let service: Service;
  let stopLoad: () => Promise<void>;
  let follower: ReturnType<typeof followMetrics>;
  let opened: OpenPage | undefined;

  before(async () => {
    // Workers may freeze for a while without being replaced, and what waits is not refused.
    const env = { GTE_HANG_MS: '600000', GTE_QUEUE_MS: '60000', GTE_DEADLINE_MS: String(DEADLINE_MS) };
    [service, browser] = await Promise.all([startService({ workers: 2, env }), launchBrowser()]);
    follower = followMetrics(service.metricsUrl);
    stopLoad = startLoad(service.url);
  });
  after(async () => {
    await stopLoad?.();
    await follower?.stop();
    await browser?.close();
    await service?.stop();
  });
  afterEach(async () => {
    await opened?.close();
    const faults = opened?.faults;
    opened = undefined;
    assert.deepEqual(faults, []);
  });

  const open = async () => {
    opened = await openBoard(browser, service.metricsUrl);
    return opened.page;
  };
  const seen = (t: TestContext, fault: Fault) => seenInTime(t, follower, fault);

  it('When requests of a task fail, then within 3 s the error ratio is red and names the task', async (t) => {
    const page = await open();
    const stuck = await freezeWith(service, QUESTION, CLIENTS);
    await sleep(DEADLINE_MS + 100);
    const answered = stuck.thaw();
    t.after(() => answered);
    await seen(t, {
      alert: page.locator('#verdict[data-state="bad"] [data-alert="errors"][data-subject="qa"]'),
      madeAt: stuck.since,
      shows: (metrics) =>
        metrics.sum('gte_task_requests_total', { task_type: 'qa', status: 'error' }) >= ALARMING,
      faultAt: () => stuck.answers.filter(({ status }) => status === 504)[ALARMING - 1]?.at,
    });
    await page.locator('#panel-errors[data-state="bad"]').waitFor();
    const label = await page.locator('[data-alert="errors"][data-subject="qa"] strong').textContent();
    assert.match(label ?? '', /^阅读问答 错误率 [\d.]+ %，高于 1 %$/);
  });

  it('When the six panels are read, then each number is one that /metrics had at that second', async (t) => {
    const page = await open();
    const stuck = await freezeWith(service, QUESTION, CLIENTS);
    await until('the board shows as many requests at work as the frozen workers have', async () => {
      const active = await metricSum(service.metricsUrl, 'gte_active_requests');
      const shown = await page.locator('#panel-active .panel-number').getAttribute('data-value');
      return active > 0 && Number(shown) === active;
    });
    await stuck.thaw();
    const second = async () => Number(await page.locator('body').getAttribute('data-second'));
    await until('a rate has a beginning', async () => follower.covers(await second(), RATE_WINDOW + 1));
    const shown = await readPanels(page, TASK_TYPES);
    const expected = await panelsBetween(follower, shown.second, TASK_TYPES);
    assert.deepEqual(Object.keys(shown.values).sort(), Object.keys(expected).sort());
    for (const [name, [low, high]] of Object.entries(expected)) {
      const value = shown.values[name] ?? Number.NaN;
      t.diagnostic(`${name}: ${value} in ${low} … ${high}`);
      assert.ok(value >= low - 1e-6 && value <= high + 1e-6, `${name}: ${value} not in ${low} … ${high}`);
    }
  });

  it('When a task is slow, then within 3 s the board names it, its P95 and the stage that takes the time', async (t) => {
    const page = await open();
    const stuck = await freezeWith(service, LONG_EVENT, CLIENTS);
    await sleep(SLOW_SECONDS * 1000 + 200);
    const answered = stuck.thaw();
    t.after(() => answered);
    const alert = page.locator('#verdict[data-state="bad"] [data-alert="latency"][data-subject="event"]');
    const labels = { task_type: 'event' };
    const answersIn = (metrics: Exposition) => metrics.sum('gte_task_latency_seconds_count', labels);
    /** So many slow answers are more than 5 % of all; a request that is refused has no latency. */
    const alarming = (metrics: Exposition) => Math.max(ALARMING, Math.floor(0.05 * answersIn(metrics)) + 1);
    await seen(t, {
      alert,
      madeAt: stuck.since,
      shows(metrics) {
        const le = String(SLOW_SECONDS);
        const quick = metrics.sum('gte_task_latency_seconds_bucket', { ...labels, le });
        return answersIn(metrics) - quick >= alarming(metrics);
      },
      faultAt(metrics) {
        const slow = stuck.answers.filter(
          ({ at, status }) => status !== 429 && at > stuck.since + SLOW_SECONDS * 1000,
        );
        return slow[alarming(metrics) - 1]?.at;
      },
    });
    assert.match(
      (await alert.textContent()) ?? '',
      /事件抽取 P95 [\d.]+ s，高于 2\.00 s.*的时间在(推理|排队|解码|分词)/,
    );
    await page.locator('#panel-p95ByTask[data-state="bad"]').waitFor();
    await answered;
    await until('they are in the slow rows', async () => {
      const cells = await numbers(page, '#matrix tbody td.is-slow[data-task="event"]', 'le', 'count');
      return Object.values(cells).reduce((sum, count) => sum + count, 0) >= 2;
    });
  });

  it('When a worker is killed, then within 3 s the board names it, marks its row and counts the restart', async (t) => {
    const page = await open();
    const [, victim] = await service.workers();
    const killedAt = Date.now();
    process.kill(victim?.pid ?? assert.fail(), 'SIGKILL');
    await seen(t, {
      alert: page.locator('#verdict[data-state="bad"] [data-alert="restarted"][data-subject="1"]'),
      madeAt: killedAt,
      shows: (metrics) => metrics.sum('gte_worker_restarts_total', { slot: '1', reason: 'crash' }) >= 1,
      faultAt: () => killedAt,
    });
    await page.locator('#workers tr[data-slot="1"][data-failed="true"][data-state="ready"]').waitFor();
    assert.equal(await page.locator('tr[data-slot="1"] td[data-column="restarts"]').textContent(), '1');
    assert.equal(await page.locator('[data-alert="silent"]').count(), 0);
  });
});
