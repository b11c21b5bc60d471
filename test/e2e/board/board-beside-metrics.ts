import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { LATENCY_BUCKETS } from '../../../src/metrics/definitions.ts';
import { TASK_TYPES } from '../../../src/task-types.ts';
import { root, type Service, scrape } from '../service.ts';
import { quantileBetween } from './follow-metrics.ts';
import { numbers, openBoard } from './open-board.ts';

const DOCS = {
  'docs/board.md': {
    caption: 'The board beside `/metrics` after two minutes of mixed load:',
    head: ['task', 'requests: board', '/metrics', 'P95: board', '/metrics'],
  },
  'docs/board.zh-CN.md': {
    caption: '混合负载两分钟之后，看板与 `/metrics` 对照：',
    head: ['任务', '请求数：看板', '/metrics', 'P95：看板', '/metrics'],
  },
};
const MARKED = /(<!-- the board beside \/metrics -->\n)(?:.*\n\n(?:\|.*\n)+)?/;
/** Within it all workers have reported their last answers. */
const REPORTED_MS = 2000;

/** Puts into the docs what the board shows in its span of 24 h, and what /metrics says; no request may be under way. */
export async function writeBesideMetrics(browser: Browser, service: Service): Promise<void> {
  await sleep(REPORTED_MS);
  const metrics = await scrape(service.metricsUrl);
  const { page, close } = await openBoard(browser, service.metricsUrl);
  await page.locator('[data-span="24h"]').click();
  await page.locator(`#facts[data-served="${metrics.sum('gte_task_requests_total')}"]`).waitFor();
  const cells = await numbers(page, '#matrix tbody td', 'task le', 'count');
  const rows = await Promise.all(
    TASK_TYPES.map(async (task_type) => {
      const shown = Object.entries(cells).filter(([key]) => key.startsWith(`${task_type} `));
      const count = metrics.sum('gte_task_latency_seconds_count', { task_type });
      const shares = LATENCY_BUCKETS.map((edge) => {
        const share = metrics.sum('gte_task_latency_seconds_bucket', { task_type, le: String(edge) }) / count;
        return [share, share] as const;
      });
      const [p95] = quantileBetween(0.95, LATENCY_BUCKETS, shares);
      return [
        task_type,
        shown.reduce((sum, [, requests]) => sum + requests, 0),
        count,
        (await page.locator(`#matrix td[data-p95="${task_type}"]`).textContent()) ?? '',
        `${p95.toFixed(4)} s`,
      ];
    }),
  );
  await close();
  for (const [doc, { caption, head }] of Object.entries(DOCS)) {
    const lines = [head, ['---', '--:', '--:', '--:', '--:'], ...rows];
    const table = lines.map((line) => `| ${line.join(' | ')} |\n`).join('');
    const path = join(root, doc);
    const text = readFileSync(path, 'utf8');
    if (!MARKED.test(text)) throw new Error(`${doc} has no place for the table`);
    writeFileSync(
      path,
      text.replace(MARKED, (_, marker: string) => `${marker}${caption}\n\n${table}`),
    );
  }
}
