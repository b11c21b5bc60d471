import { type AlertRule, percent } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';

/** One task is slow, failing or refused; `task_type` names it. */
export function taskAlerts({ values }: Thresholds): AlertRule[] {
  return [
    {
      alert: 'GTE_TaskLatencyHigh',
      expr: `job_task:gte_task_latency_seconds:p95_5m > ${values.latency_p95_seconds}
  and 60 * job_task:gte_task_latency_seconds_count:rate5m > ${values.latency_min_requests_per_minute}`,
      for: '2m',
      severity: 'warning',
      summary: `任务 {{ $labels.task_type }} 的 P95 延迟为 {{ $value | humanizeDuration }}，高于 ${values.latency_p95_seconds}s`,
      summaryEn: `P95 latency of {{ $labels.task_type }} is {{ $value | humanizeDuration }}, above ${values.latency_p95_seconds}s`,
      value: '{{ $value | humanizeDuration }}',
    },
    {
      alert: 'GTE_ErrorRateHigh',
      expr: `job_task:gte_task_error_ratio:rate5m > ${values.error_ratio}
  and 60 * job_task:gte_task_errors:rate5m > ${values.error_min_errors_per_minute}`,
      for: '1m',
      severity: 'critical',
      summary: `任务 {{ $labels.task_type }} 的错误率为 {{ $value | humanizePercentage }}，高于 ${percent(values.error_ratio)}`,
      summaryEn: `Error ratio of {{ $labels.task_type }} is {{ $value | humanizePercentage }}, above ${percent(values.error_ratio)}`,
      value: '{{ $value | humanizePercentage }}',
    },
    {
      alert: 'GTE_ShedRatioHigh',
      expr: `job_task:gte_task_rejected_ratio:rate5m > ${values.shed_ratio}
  and 60 * job_task:gte_task_rejected:rate5m > ${values.shed_min_rejected_per_minute}`,
      for: '2m',
      severity: 'warning',
      summary: `任务 {{ $labels.task_type }} 有 {{ $value | humanizePercentage }} 的请求因过载被拒绝，高于 ${percent(values.shed_ratio)}`,
      summaryEn: `{{ $value | humanizePercentage }} of {{ $labels.task_type }} requests are refused for overload, above ${percent(values.shed_ratio)}`,
      value: '{{ $value | humanizePercentage }}',
    },
  ];
}
