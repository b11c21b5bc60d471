import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { TASK_TYPES } from '../../src/task-types.ts';
import { drawnLabels, recordLabels } from './board/drawn-labels.ts';
import { numbers, openBoard } from './board/open-board.ts';
import { keepCapacity } from './keep-capacity.ts';
import { sendMixed } from './mixed-requests.ts';
import { launchBrowser, type OpenPage } from './page/open-page.ts';
import { predict, root, type Service, scrape, startService } from './service.ts';
import { freezeWith, LONG_EVENT } from './stuck-requests.ts';
import { until } from './until.ts';

const axe = createRequire(import.meta.url)('axe-core') as { source: string };
/** A chart's width that the values of its y axis take. */
const VALUES_PX = 46;
/** The threshold of P95. */
const SLOW_MS = 2000;
/** What the browser says of a stream that ended with the primary. */
const CONNECTION_LOST = /Failed to load resource|net::ERR/;

/** What axe finds against WCAG AA. */
async function violations(page: Page): Promise<unknown[]> {
  await page.evaluate(axe.source);
  const report = (await page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })`,
  )) as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };
  return report.violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html + n.failureSummary)]);
}

describe('The live board', () => {
  let service: Service;
  let browser: Browser;
  let opened: OpenPage | undefined;
  let expectedFaults: RegExp[] = [];

  const start = (env: Record<string, string> = {}) => startService({ workers: 2, env });

  const open = async (options: Parameters<typeof openBoard>[2] = {}) => {
    opened = await openBoard(browser, service.metricsUrl, options);
    return opened.page;
  };

  before(async () => {
    [service, browser] = await Promise.all([start(), launchBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await service?.stop();
  });
  afterEach(async () => {
    await opened?.close();
    const faults = opened?.faults.filter((fault) => !expectedFaults.some((expected) => expected.test(fault)));
    opened = undefined;
    expectedFaults = [];
    assert.deepEqual(faults, []);
  });

  it('When mixed load has run, then the numbers on the board equal those of /metrics', async () => {
    const page = await open();
    await sendMixed(service.url, { count: 160 });
    await predict(service.url, { task_type: 'poetry' });
    await page.locator('[data-span="24h"]').click();
    await page.locator('#facts[data-served="161"]').waitFor();
    const metrics = await scrape(service.metricsUrl);
    assert.equal(metrics.sum('gte_task_requests_total'), 161);

    const cells = await numbers(page, '#matrix tbody td', 'task le', 'count');
    const tasks = [...TASK_TYPES, 'unknown'];
    for (const task of tasks) {
      const rows = Object.entries(cells).filter(([key]) => key.startsWith(`${task} `));
      let below = 0;
      for (const [key, count] of rows.reverse()) {
        const le = key.slice(task.length + 1);
        below += count;
        const cumulative = metrics.sum('gte_task_latency_seconds_bucket', { task_type: task, le });
        assert.equal(below, cumulative, key);
      }
      assert.equal(below, metrics.sum('gte_task_latency_seconds_count', { task_type: task }));
    }

    const stages = await page.locator('#waterfall li[data-task]').evaluateAll((lines) =>
      lines.map((line) => ({
        task: (line as unknown as { dataset: { task: string } }).dataset.task,
        means: [...line.querySelectorAll('.bar-part')].map((part) =>
          Number((part as unknown as { dataset: { value: string } }).dataset.value),
        ),
      })),
    );
    for (const { task, means } of stages)
      for (const [i, stage] of ['tokenize', 'queue', 'infer', 'decode'].entries()) {
        const labels = { task_type: task, stage };
        const sum = metrics.sum('gte_stage_duration_seconds_sum', labels);
        const mean = sum / metrics.sum('gte_stage_duration_seconds_count', labels);
        assert.ok(Math.abs((means[i] ?? 0) - mean) < 1e-5, `${task} ${stage}: ${means[i]}, ${mean}`);
      }

    const shown = await page
      .locator('#workers td[data-column="requests"]')
      .evaluateAll((found) =>
        found.map((cell) => Number((cell as unknown as { dataset: { value: string } }).dataset.value)),
      );
    assert.deepEqual(
      shown,
      (await service.workers()).map(({ requests }) => requests),
    );
  });

  it('When the P95 of a task is shown, then it is what histogram_quantile makes of /metrics', async () => {
    const page = await open();
    await page.locator('[data-span="24h"]').click();
    await page.locator('#matrix td[data-p95="ner"][data-value]').waitFor();
    const p95 = await numbers(page, '#matrix td[data-p95]', 'p95', 'value');
    const metrics = await scrape(service.metricsUrl);
    for (const task of TASK_TYPES) {
      const buckets = metrics.find('gte_task_latency_seconds_bucket', { task_type: task });
      const rank = 0.95 * (buckets.at(-1)?.value ?? 0);
      const i = buckets.findIndex(({ value }) => value >= rank);
      const edge = (k: number) => (k < 0 ? 0 : Number(buckets[k]?.labels.le));
      const below = buckets[i - 1]?.value ?? 0;
      const share = (rank - below) / ((buckets[i]?.value ?? 0) - below);
      const expected = edge(i - 1) + (edge(i) - edge(i - 1)) * share;
      assert.ok(Math.abs((p95[task] ?? 0) - expected) < 1e-9, `${task}: ${p95[task]}, ${expected}`);
    }
  });

  it('When a task is chosen, then the panels show that task alone', async () => {
    const page = await open();
    await page.locator('#tasks [data-task="ner"]').click();
    await until('one column is left', async () => (await page.locator('#matrix thead th').count()) === 1);
    assert.deepEqual(await page.locator('#waterfall .bar-name').allTextContents(), ['实体识别']);
    await page.locator('#tasks [data-task="ner"]').click();
    await until(
      'all are back',
      async () => (await page.locator('#matrix thead th').count()) >= TASK_TYPES.length,
    );
  });

  it('When English is chosen, then the board speaks it, also the next time', async () => {
    const page = await open();
    await page.locator('#language').click();
    await page.getByRole('heading', { name: 'Requests per second' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Where the latency is' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  });

  it('When the primary restarts, then the page follows it and forgets the numbers of the life before', async () => {
    expectedFaults = [CONNECTION_LOST];
    const page = await open();
    const { port } = new URL(service.metricsUrl);
    await service.stop();
    await page.locator('body[data-state="lost"]').waitFor();
    assert.match(
      (await page.locator('#verdict[data-state="lost"]').textContent()) ?? '',
      /\d\d:\d\d:\d\d 起没有数据/,
    );
    service = await start({ GTE_METRICS_PORT: port });
    await page.locator('body[data-state="live"]').waitFor();
    await page.locator('#facts[data-served="0"]').waitFor();
    await sendMixed(service.url, { count: 8 });
    await page.locator('#facts[data-served="8"]').waitFor();
  });

  it('When a reload brings another model, then the board names it and since when', async (t) => {
    expectedFaults = [CONNECTION_LOST];
    const folder = await mkdtemp(join(tmpdir(), 'gte-board-'));
    t.after(() => rm(folder, { recursive: true }));
    await cp(join(root, 'models/starter'), folder, { recursive: true });
    const own = await startService({ workers: 1, env: { GTE_MODEL_DIR: folder } });
    t.after(() => own.stop());
    opened = await openBoard(browser, own.metricsUrl);
    const { page } = opened;
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    const facts = page.locator('#facts');
    await facts.getByText(`${manifest.name} ${manifest.version} ·`).waitFor();
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, version: '99.1.0' }));
    own.primary.kill('SIGUSR2');
    await facts.getByText(/ 99\.1\.0（\d\d:\d\d:\d\d 起）/).waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`When the ${colorScheme} theme is on, then axe finds nothing against WCAG AA`, async () => {
      const page = await open({ colorScheme });
      await sendMixed(service.url, { count: 64 });
      await page.locator('#matrix td[data-count]:not([data-count="0"])').first().waitFor();
      assert.deepEqual(await violations(page), []);
    });
  }

  it('When values are above their thresholds for a moment, then axe finds nothing against the amber either', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'gte-board-'));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'capacity.json');
    const env = { GTE_CAPACITY_FILE: file, GTE_HANG_MS: '600000', GTE_DEADLINE_MS: '600000' };
    const own = await startService({ workers: 2, env });
    t.after(() => own.stop());
    await keepCapacity(file, own.metricsUrl, 0.001);
    opened = await openBoard(browser, own.metricsUrl);
    const { page } = opened;
    // The only one must be at work when the workers freeze, not between two answers: it is longer than where many ask.
    const body = { ...LONG_EVENT, input_text: LONG_EVENT.input_text.repeat(3) };
    const stuck = await freezeWith(own, body, 1);
    await sleep(SLOW_MS + 200);
    await stuck.thaw();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator('#verdict[data-state="warn"]').waitFor();
      await page.locator('#panel-p95ByTask[data-state="warn"] li.is-warn[data-task="event"]').waitFor();
      assert.deepEqual(await violations(page), []);
    }
  });

  it('When the screen is 360 px wide, then nothing sticks out and every panel is there', async () => {
    const page = await open({ viewport: { width: 360, height: 740 } });
    const sizes = (await page.evaluate(
      `({ page: document.documentElement.scrollWidth, widest: Math.max(...[...document.querySelectorAll('main *')].map((e) => e.getBoundingClientRect().right)) })`,
    )) as { page: number; widest: number };
    assert.ok(sizes.page <= 360, `page ${sizes.page}`);
    assert.ok(sizes.widest <= 360, `widest ${sizes.widest}`);
    assert.equal(await page.locator('.panel').count(), 9);
  });

  it('When the screen is 360 px wide, then in every span the labels of time are whole and keep apart', async () => {
    const page = await open({ viewport: { width: 360, height: 740 }, init: recordLabels });
    for (const span of ['1m', '5m', '15m', '24h']) {
      await page.locator(`[data-span="${span}"]`).click();
      await page.locator(`[data-span="${span}"][aria-pressed="true"]`).waitFor();
      const charts = await page.locator('.chart canvas').count();
      const labels = await until('all charts are labelled', async () => {
        const drawn = await drawnLabels(page);
        return drawn.length === charts && drawn.every((one) => one.length > 0) ? drawn : undefined;
      });
      for (const line of labels) {
        assert.ok(line.length >= 2, `${span}: ${JSON.stringify(line)}`);
        for (const [i, { left, right, width }] of line.entries())
          assert.ok(
            left >= (line[i - 1]?.right ?? VALUES_PX) && right <= width,
            `${span}: ${JSON.stringify(line)}`,
          );
      }
    }
  });
});
