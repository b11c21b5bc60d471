import { LATENCY_BUCKETS } from '../../metrics/definitions.ts';

/** What the service did in the window; NaN where Prometheus knows nothing. */
export interface Measured {
  /** 99th percentile over time of the slowest task's P95 while it had enough traffic for the alert, in seconds. */
  readonly latencyP95: number;
  readonly errorRatio: number;
  readonly shedRatio: number;
  readonly availability: number;
  readonly restartsIn15Minutes: number;
  readonly snapshotAge: number;
  readonly queueFill: number;
  readonly memoryBytes: number;
  readonly eventLoopP99: number;
  readonly hostMemoryAvailable: number;
  readonly diskAvailable: number;
}

export interface Proposal {
  /** A key of prometheus/thresholds.yaml. */
  readonly name: string;
  readonly measured: number;
  /** Undefined: the threshold in force stands well off what was measured. */
  readonly value: number | undefined;
}

const MEBIBYTE = 1024 * 1024;
const MEMORY_STEP = 256 * MEBIBYTE;
/** How far above what is usual an alert stands. */
const ROOM = { latency: 1.5, memory: 1.5, eventLoop: 3, ratio: 3 } as const;
const LEAST = { eventLoop: 0.1, errorRatio: 0.01, shedRatio: 0.05 } as const;
/** Ratios above this are an outage, not a baseline to derive a threshold from. */
const MOST_RATIO = 0.1;

/** A threshold for each measured value: an edge of the latency histogram, whole steps of memory, two digits of ratios. */
export function proposals(measured: Measured): Proposal[] {
  const rows: [string, number, number | undefined][] = [
    ['latency_p95_seconds', measured.latencyP95, nextEdge(measured.latencyP95 * ROOM.latency)],
    ['error_ratio', measured.errorRatio, ratio(measured.errorRatio, LEAST.errorRatio)],
    ['shed_ratio', measured.shedRatio, ratio(measured.shedRatio, LEAST.shedRatio)],
    ['availability_objective', measured.availability, undefined],
    ['restarts_in_15_minutes', measured.restartsIn15Minutes, undefined],
    ['snapshot_age_seconds', measured.snapshotAge, undefined],
    ['queue_fill_ratio', measured.queueFill, undefined],
    ['process_memory_bytes', measured.memoryBytes, steps(measured.memoryBytes * ROOM.memory, MEMORY_STEP)],
    [
      'event_loop_p99_seconds',
      measured.eventLoopP99,
      Math.max(LEAST.eventLoop, twoDigits(measured.eventLoopP99 * ROOM.eventLoop)),
    ],
    ['host_memory_available_ratio', measured.hostMemoryAvailable, undefined],
    ['disk_available_ratio', measured.diskAvailable, undefined],
  ];
  return rows
    .filter(([, value]) => Number.isFinite(value))
    .map(([name, value, proposed]) => ({
      name,
      measured: twoDigits(value, 3),
      value: proposed !== undefined && Number.isFinite(proposed) ? proposed : undefined,
    }));
}

/**
 * Alerts compare best at an edge: between edges a quantile is a guess. None rises above the last edge, so that one never
 * fires; who is as slow as that has an outage, not a baseline.
 */
const nextEdge = (seconds: number) => LATENCY_BUCKETS.slice(0, -1).find((edge) => edge >= seconds);

const steps = (value: number, step: number) => Math.ceil(value / step) * step;

const ratio = (measured: number, least: number) =>
  measured > MOST_RATIO ? undefined : Math.max(least, twoDigits(measured * ROOM.ratio));

function twoDigits(value: number, digits = 2): number {
  return Number(value.toPrecision(digits));
}
