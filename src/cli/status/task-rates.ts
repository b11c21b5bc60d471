import { definitions } from '../../metrics/definitions.ts';
import type { Sample } from '../sources/exposition.ts';
import type { Prometheus } from '../sources/prometheus.ts';

export interface TaskRate {
  readonly task: string;
  readonly perSecond: number;
  /** Errors by our fault ÷ all; NaN when idle. */
  readonly errorRatio: number;
  /** NaN when idle. */
  readonly p95Seconds: number;
}

const REQUESTS = definitions.taskRequests.name;
const LATENCY = definitions.taskLatency.name;

/** Rates of the last five minutes, busiest task first; idle tasks are left out. */
export async function taskRates(prometheus: Prometheus): Promise<TaskRate[]> {
  const byTask = async (expression: string) =>
    new Map((await prometheus.query(expression)).map(({ labels, value }) => [labels.task_type ?? '', value]));
  const [all, errors, p95] = await Promise.all([
    byTask(`sum by (task_type) (rate(${REQUESTS}[5m]))`),
    byTask(`sum by (task_type) (rate(${REQUESTS}{status="error"}[5m]))`),
    byTask(`histogram_quantile(0.95, sum by (task_type, le) (rate(${LATENCY}_bucket[5m])))`),
  ]);
  return [...all]
    .filter(([, perSecond]) => perSecond > 0)
    .map(([task, perSecond]) => ({
      task,
      perSecond,
      errorRatio: (errors.get(task) ?? 0) / perSecond,
      p95Seconds: p95.get(task) ?? Number.NaN,
    }))
    .sort((a, b) => b.perSecond - a.perSecond);
}

/** Requests by task since the service started, most first. */
export function taskTotals(samples: readonly Sample[]): { task: string; requests: number; errors: number }[] {
  const totals = new Map<string, { task: string; requests: number; errors: number }>();
  for (const { name, labels, value } of samples) {
    if (name !== REQUESTS) continue;
    const task = labels.task_type ?? '';
    const total = totals.get(task) ?? { task, requests: 0, errors: 0 };
    total.requests += value;
    if (labels.status === 'error') total.errors += value;
    totals.set(task, total);
  }
  return [...totals.values()].filter(({ requests }) => requests > 0).sort((a, b) => b.requests - a.requests);
}
