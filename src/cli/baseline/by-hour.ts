import { definitions as d } from '../../metrics/definitions.ts';
import type { Labels } from '../sources/exposition.ts';
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
  const [requests, buckets] = await Promise.all([
    increases(prometheus, d.taskRequests.name, 'task_type, status', start, end),
    increases(prometheus, `${d.taskLatency.name}_bucket`, 'task_type, le', start, end),
  ]);
  const tallies = new Map<string, Tally>();
  const tallyOf = (key: string) => {
    const tally = tallies.get(key) ?? { requests: 0, errors: 0, edges: new Map<number, number>() };
    tallies.set(key, tally);
    return tally;
  };
  const keysOf = (task: string, hour: number) => [task, `${task} ${hour}`];
  for (const { labels, hour, value } of requests)
    for (const key of keysOf(labels.task_type ?? '', hour)) {
      const tally = tallyOf(key);
      tally.requests += value;
      if (labels.status === 'error') tally.errors += value;
    }
  for (const { labels, hour, value } of buckets) {
    const edge = Number((labels.le ?? '').replace('+Inf', 'Infinity'));
    for (const key of keysOf(labels.task_type ?? '', hour)) {
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

interface HourIncrease {
  readonly labels: Labels;
  /** Of the day, local time. */
  readonly hour: number;
  readonly value: number;
}

/** How much a counter grew, by clock hour; the window's first and last may be parts of one. */
async function increases(
  prometheus: Prometheus,
  metric: string,
  by: string,
  start: number,
  end: number,
): Promise<HourIncrease[]> {
  const over = (seconds: number) => `sum by (${by}) (increase(${metric}[${Math.round(seconds)}s]))`;
  const hourAt = (time: number) => new Date(time * 1000).getHours();
  const part = async (from: number, to: number) =>
    to - from < 1
      ? []
      : (await prometheus.query(over(to - from), to)).map(({ labels, value }) => ({
          labels,
          hour: hourAt((from + to) / 2),
          value,
        }));
  const first = Math.min(nextClockHour(start), end);
  const last = first + Math.floor((end - first) / HOUR) * HOUR;
  const whole = last > first ? await prometheus.queryRange(over(HOUR), first + HOUR, last, HOUR) : [];
  return [
    ...(await part(start, first)),
    ...whole.flatMap(({ labels, points }) =>
      [...points].map(([time, value]) => ({ labels, hour: hourAt(time - HOUR / 2), value })),
    ),
    ...(await part(last, end)),
  ];
}

/** Local clocks may be half an hour off the world's. */
function nextClockHour(time: number): number {
  const hour = new Date(time * 1000);
  hour.setMinutes(0, 0, 0);
  const seconds = hour.getTime() / 1000;
  return seconds < time ? seconds + HOUR : seconds;
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
