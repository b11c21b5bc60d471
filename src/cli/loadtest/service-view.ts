import { setTimeout as sleep } from 'node:timers/promises';
import { definitions, STATUSES, type Status } from '../../metrics/definitions.ts';
import type { Admin } from '../sources/admin.ts';
import { type Sample, sumOf } from '../sources/exposition.ts';
import { type Buckets, histogramQuantile } from '../stats/histogram.ts';

export interface ServiceCount {
  readonly task: string;
  readonly requests: number;
  readonly statuses: Readonly<Record<Status, number>>;
  /** Seconds, interpolated within the histogram's buckets. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

const REQUESTS = definitions.taskRequests.name;
const LATENCY = definitions.taskLatency.name;
/** Workers report every 250 ms. */
const POLL_MS = 250;
const SETTLED_POLLS = 4;
/** Under other clients' traffic they never stand still. */
const MOST_POLLS = 12;

/** Waits until the service's counters stand still, for three seconds at most, and gives them. */
export async function settledSamples(admin: Admin): Promise<readonly Sample[]> {
  let samples = await admin.samples();
  for (let same = 0, polls = 0; same < SETTLED_POLLS && polls < MOST_POLLS; polls++) {
    await sleep(POLL_MS);
    const next = await admin.samples();
    same = sumOf(next, REQUESTS) === sumOf(samples, REQUESTS) ? same + 1 : 0;
    samples = next;
  }
  return samples;
}

/** What the service counted between two readings, by task; tasks without a request are left out. */
export function countsBetween(before: readonly Sample[], after: readonly Sample[]): ServiceCount[] {
  const tasks = [
    ...new Set(after.filter(({ name }) => name === REQUESTS).map(({ labels }) => labels.task_type ?? '')),
  ];
  return tasks
    .map((task) => countBetween(before, after, task))
    .filter(({ requests }) => requests > 0)
    .sort((a, b) => a.task.localeCompare(b.task));
}

function countBetween(before: readonly Sample[], after: readonly Sample[], task: string): ServiceCount {
  const difference = (name: string, labels: Record<string, string> = {}) =>
    sumOf(after, name, { task_type: task, ...labels }) - sumOf(before, name, { task_type: task, ...labels });
  const edges = after
    .filter(({ name, labels }) => name === `${LATENCY}_bucket` && labels.task_type === task)
    .map(({ labels }) => labels.le ?? '');
  const buckets: Buckets = [...new Set(edges)]
    .map((le) => ({
      edge: Number(le.replace('+Inf', 'Infinity')),
      count: difference(`${LATENCY}_bucket`, { le }),
    }))
    .sort((a, b) => a.edge - b.edge);
  const statuses = Object.fromEntries(
    STATUSES.map((status) => [status, difference(REQUESTS, { status })]),
  ) as Record<Status, number>;
  return {
    task,
    requests: Object.values(statuses).reduce((sum, count) => sum + count, 0),
    statuses,
    p50: histogramQuantile(0.5, buckets),
    p95: histogramQuantile(0.95, buckets),
    p99: histogramQuantile(0.99, buckets),
  };
}
