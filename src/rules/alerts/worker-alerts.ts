import { type AlertRule, JOB, metric, percent } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';

/** One instance's processes are missing, restarting, silent or exhausted. */
export function workerAlerts({ values }: Thresholds): AlertRule[] {
  return [
    {
      alert: 'GTE_WorkersMissing',
      expr: `${metric.workers}{state="ready"} < ignoring (state) ${metric.workers}{state="desired"}`,
      for: '2m',
      severity: 'warning',
      summary: '实例 {{ $labels.instance }} 只有 {{ $value }} 个工作进程就绪，少于应有数量',
      summaryEn: 'Instance {{ $labels.instance }} has only {{ $value }} ready workers, fewer than it should',
      value: '{{ $value }}',
    },
    {
      alert: 'GTE_WorkerRestartLoop',
      // increase() extrapolates: three restarts may read 3.05.
      expr: `round(
  sum by (job, instance) (increase(${metric.workerRestarts}{reason=~"crash|hung|memory"}[15m]))
) > ${values.restarts_in_15_minutes}`,
      severity: 'warning',
      summary: `实例 {{ $labels.instance }} 的工作进程 15 分钟内异常重启 {{ $value | printf "%.0f" }} 次，多于 ${values.restarts_in_15_minutes} 次`,
      summaryEn: `Workers of {{ $labels.instance }} were restarted {{ $value | printf "%.0f" }} times within 15 minutes, more than ${values.restarts_in_15_minutes}`,
      value: '{{ $value | printf "%.0f" }}',
    },
    {
      alert: 'GTE_PrimaryRestartLoop',
      expr: `changes(process_start_time_seconds{job="${JOB}",slot="primary"}[15m]) > ${values.primary_restarts_in_15_minutes}`,
      severity: 'critical',
      summary: `实例 {{ $labels.instance }} 的主进程 15 分钟内重启 {{ $value }} 次，多于 ${values.primary_restarts_in_15_minutes} 次`,
      summaryEn: `The primary of {{ $labels.instance }} was restarted {{ $value }} times within 15 minutes, more than ${values.primary_restarts_in_15_minutes}`,
      value: '{{ $value }}',
    },
    {
      alert: 'GTE_SnapshotStale',
      expr: `${metric.workerSnapshotAge} > ${values.snapshot_age_seconds}`,
      for: '1m',
      severity: 'warning',
      summary:
        '实例 {{ $labels.instance }} 的工作进程 {{ $labels.slot }} 已 {{ $value | humanizeDuration }} 未上报指标',
      summaryEn:
        'Worker {{ $labels.slot }} of {{ $labels.instance }} has not reported for {{ $value | humanizeDuration }}',
      value: '{{ $value | humanizeDuration }}',
    },
    {
      alert: 'GTE_QueueSaturated',
      expr: `${metric.queueTokens} / ${metric.queueLimitTokens} > ${values.queue_fill_ratio}`,
      for: '2m',
      severity: 'warning',
      summary: `实例 {{ $labels.instance }} 的工作进程 {{ $labels.slot }} 队列占用 {{ $value | humanizePercentage }}，高于 ${percent(values.queue_fill_ratio)}`,
      summaryEn: `The queue of worker {{ $labels.slot }} of {{ $labels.instance }} is {{ $value | humanizePercentage }} full, above ${percent(values.queue_fill_ratio)}`,
      value: '{{ $value | humanizePercentage }}',
    },
    {
      alert: 'GTE_MemoryHigh',
      expr: `process_resident_memory_bytes{job="${JOB}"} > ${values.process_memory_bytes}`,
      for: '5m',
      severity: 'warning',
      summary: '实例 {{ $labels.instance }} 的进程 {{ $labels.slot }} 占用内存 {{ $value | humanize1024 }}B',
      summaryEn:
        'Process {{ $labels.slot }} of {{ $labels.instance }} uses {{ $value | humanize1024 }}B of memory',
      value: '{{ $value | humanize1024 }}B',
    },
    {
      alert: 'GTE_EventLoopSlow',
      expr: `nodejs_eventloop_lag_p99_seconds{job="${JOB}"} > ${values.event_loop_p99_seconds}`,
      for: '5m',
      severity: 'warning',
      summary:
        '实例 {{ $labels.instance }} 的进程 {{ $labels.slot }} 事件循环 P99 延迟为 {{ $value | humanizeDuration }}',
      summaryEn:
        'Event loop P99 lag of process {{ $labels.slot }} of {{ $labels.instance }} is {{ $value | humanizeDuration }}',
      value: '{{ $value | humanizeDuration }}',
    },
  ];
}
