import { metric, type RecordingRule } from './rule.ts';

/** What an availability objective counts: neither a client's mistakes nor its hanging up. */
const SERVED = 'status=~"success|error|rejected"';
const FAILED = 'status=~"error|rejected"';

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
export const BURN_WINDOWS = ['5m', '30m', '1h', '6h'] as const;
export type BurnWindow = (typeof BURN_WINDOWS)[number];

const byTask = (selector: string, window: string) =>
  `sum by (job, task_type) (rate(${metric.taskRequests}${selector}[${window}]))`;

export const failedRatio = (window: BurnWindow) => `job_task:gte_task_failed_ratio:rate${window}`;
export const failedPerSecond = (window: BurnWindow) => byTask(`{${FAILED}}`, window);

/**
 * Sums over status and instance before any division: dividing series label by label would divide errors by errors.
 * A task that never failed, or was never refused, has ratio 0; an idle one has none.
 */
export const recordingRules: readonly RecordingRule[] = [
  { record: 'job_task:gte_task_requests:rate5m', expr: byTask('', '5m') },
  ...(['error', 'rejected'] as const).flatMap((status) => {
    const counted = status === 'error' ? 'errors' : status;
    return [
      {
        record: `job_task:gte_task_${counted}:rate5m`,
        expr: `${byTask(`{status="${status}"}`, '5m')}\n  or 0 * job_task:gte_task_requests:rate5m`,
      },
      {
        record: `job_task:gte_task_${status}_ratio:rate5m`,
        expr: `job_task:gte_task_${counted}:rate5m / (job_task:gte_task_requests:rate5m > 0)`,
      },
    ];
  }),
  {
    record: 'job_task_le:gte_task_latency_seconds_bucket:rate5m',
    expr: `sum by (job, task_type, le) (rate(${metric.taskLatency}_bucket[5m]))`,
  },
  {
    record: 'job_task:gte_task_latency_seconds_count:rate5m',
    expr: `sum by (job, task_type) (rate(${metric.taskLatency}_count[5m]))`,
  },
  ...Object.entries(QUANTILES).map(([name, quantile]) => ({
    record: `job_task:gte_task_latency_seconds:${name}_5m`,
    expr: `histogram_quantile(${quantile}, job_task_le:gte_task_latency_seconds_bucket:rate5m)`,
  })),
  ...BURN_WINDOWS.map((window) => ({
    record: failedRatio(window),
    expr: `${failedPerSecond(window)}\n  / (${byTask(`{${SERVED}}`, window)} > 0)`,
  })),
];
