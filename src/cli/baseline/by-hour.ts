import { definitions as d } from '../../metrics/definitions.ts';
import type { Prometheus } from '../sources/prometheus.ts';
import { type Buckets, histogramQuantile } from '../stats/histogram.ts';

export interface Figures {
  readonly requests: number;
  readonly errorRatio: number;
  /** Seconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface TaskBaseline {
  readonly task: string;
  readonly whole: Figures;
  /** By hour of day, local time; hours without a request are left out. */
  readonly hours: ReadonlyMap<number, Figures>;
}

const HOUR = 3600;

interface Tally {
  requests: number;
  errors: number;
  readonly edges: Map<number, number>;
}

/** Every task's figures over the window, and by the hour of day in which they were. */
export async function readByHour(
  prometheus: Prometheus,
  start: number,
  end: number,
): Promise<TaskBaseline[]> {
  const step = Math.min(HOUR, end - start);
  const increase = (metric: string, by: string) =>
    prometheus.queryRange(
      `sum by (${by}) (increase(${metric}[${Math.round(step)}s]))`,
      start + step,
      end,
      step,
    );
  const [requests, buckets] = await Promise.all([
    increase(d.taskRequests.name, 'task_type, status'),
    increase(`${d.taskLatency.name}_bucket`, 'task_type, le'),
  ]);
  const tallies = new Map<string, Tally>();
  const tallyOf = (key: string) => {
    const tally = tallies.get(key) ?? { requests: 0, errors: 0, edges: new Map<number, number>() };
    tallies.set(key, tally);
    return tally;
  };
  // A point covers the step before it.
  const keysOf = (task: string, time: number) => [
    task,
    `${task} ${new Date((time - step / 2) * 1000).getHours()}`,
  ];
  for (const { labels, points } of requests)
    for (const [time, value] of points)
      for (const key of keysOf(labels.task_type ?? '', time)) {
        const tally = tallyOf(key);
        tally.requests += value;
        if (labels.status === 'error') tally.errors += value;
      }
  for (const { labels, points } of buckets) {
    const edge = Number((labels.le ?? '').replace('+Inf', 'Infinity'));
    for (const [time, value] of points)
      for (const key of keysOf(labels.task_type ?? '', time)) {
        const { edges } = tallyOf(key);
        edges.set(edge, (edges.get(edge) ?? 0) + value);
      }
  }
  const tasks = [...new Set(requests.map(({ labels }) => labels.task_type ?? ''))].sort();
  return tasks
    .map((task) => ({
      task,
      whole: figuresOf(tallies.get(task)),
      hours: new Map(
        Array.from(
          { length: 24 },
          (_, hour) => [hour, figuresOf(tallies.get(`${task} ${hour}`))] as const,
        ).filter(([, figures]) => figures.requests >= 1),
      ),
    }))
    .filter(({ whole }) => whole.requests >= 1);
}

function figuresOf(tally: Tally | undefined): Figures {
  const buckets: Buckets = [...(tally?.edges ?? [])]
    .map(([edge, count]) => ({ edge, count }))
    .sort((a, b) => a.edge - b.edge);
  const requests = tally?.requests ?? 0;
  return {
    requests: Math.round(requests),
    errorRatio: requests > 0 ? (tally?.errors ?? 0) / requests : Number.NaN,
    p50: histogramQuantile(0.5, buckets),
    p95: histogramQuantile(0.95, buckets),
    p99: histogramQuantile(0.99, buckets),
  };
}
