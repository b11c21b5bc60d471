import type { Page } from 'playwright-core';
import { LATENCY_BUCKETS } from '../../../src/metrics/definitions.ts';
import type { Exposition } from '../../metrics/parse-exposition.ts';
import { type Between, type followMetrics, quantileBetween, share } from './follow-metrics.ts';

const QUANTILES = { P50: 0.5, P95: 0.95, P99: 0.99 };
/** What the board's numbers are of, in seconds. */
export const RATE_WINDOW = 10;
const RATIO_WINDOW = 60;

/** What the panels show, unrounded, all of one second. */
export async function readPanels(
  page: Page,
  tasks: readonly string[],
): Promise<{ second: number; values: Record<string, number> }> {
  return (await page.evaluate(`(() => {
    const values = {};
    const read = (name, selector) => { values[name] = Number(document.querySelector(selector).dataset.value); };
    for (const task of ${JSON.stringify(tasks)}) {
      read('qps ' + task, '#tasks [data-task="' + task + '"] .number');
      read('p95 ' + task, '#panel-p95ByTask .strip-numbers [data-task="' + task + '"]');
    }
    read('qps', '#panel-qps .panel-number');
    read('slowest', '#panel-p95ByTask .panel-number');
    read('errors', '#panel-errors .panel-number');
    read('availability', '#panel-availability .panel-number');
    for (const name of ${JSON.stringify(Object.keys(QUANTILES))}) read(name, '[data-quantile="' + name + '"]');
    return { second: Number(document.body.dataset.second), values };
  })()`)) as { second: number; values: Record<string, number> };
}

/** Between which values each of them is, by the scrapes before and after that second. */
export async function panelsBetween(
  follower: ReturnType<typeof followMetrics>,
  second: number,
  tasks: readonly string[],
): Promise<Record<string, Between>> {
  const recent = await follower.window(second, RATE_WINDOW);
  const minute = await follower.window(second, RATIO_WINDOW);
  const statuses = (...names: string[]) =>
    minute.increase((metrics) =>
      names.reduce((sum, status) => sum + metrics.sum('gte_task_requests_total', { status }), 0),
    );
  const quantile = (q: number, labels: Record<string, string> = {}) => {
    const upTo = (metrics: Exposition, le: number | '+Inf') =>
      metrics.sum('gte_task_latency_seconds_bucket', { ...labels, le: String(le) });
    return quantileBetween(
      q,
      LATENCY_BUCKETS,
      LATENCY_BUCKETS.map((le) =>
        share(
          minute.increase((metrics) => upTo(metrics, le)),
          minute.increase((metrics) => upTo(metrics, '+Inf') - upTo(metrics, le)),
        ),
      ),
    );
  };
  const p95 = tasks.map((task) => [task, quantile(0.95, { task_type: task })] as const);
  const highest = (of: (between: Between) => number) => Math.max(...p95.map(([, between]) => of(between)));
  const requests = (labels: Record<string, string>) =>
    recent.rate((metrics) => metrics.sum('gte_task_requests_total', labels));
  return {
    qps: requests({}),
    ...Object.fromEntries(tasks.map((task) => [`qps ${task}`, requests({ task_type: task })])),
    ...Object.fromEntries(p95.map(([task, between]) => [`p95 ${task}`, between])),
    slowest: [highest(([low]) => low), highest(([, high]) => high)],
    errors: share(statuses('error'), statuses('success', 'invalid', 'rejected', 'cancelled')),
    availability: share(statuses('success'), statuses('error', 'rejected')),
    ...Object.fromEntries(Object.entries(QUANTILES).map(([name, q]) => [name, quantile(q)])),
  };
}
