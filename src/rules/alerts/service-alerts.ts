import { MIX } from '../../capacity-file.ts';
import { type AlertRule, JOB, metric, percent } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';

const REQUIRED = [metric.taskRequests, `${metric.taskLatency}_count`, metric.workers];

/** The service, or what it says of itself, is not there. */
export function serviceAlerts({ values }: Thresholds): AlertRule[] {
  const present = REQUIRED.map((name) => `count by (job, instance) (${name})`).join('\n    and ');
  return [
    {
      alert: 'GTE_Down',
      expr: `max by (job) (up{job="${JOB}"}) == 0`,
      for: '1m',
      severity: 'critical',
      summary: '服务已停止：{{ $labels.job }} 没有任何实例响应抓取',
      summaryEn: 'No instance of {{ $labels.job }} answers its scrape',
      value: '0',
    },
    {
      alert: 'GTE_InstanceDown',
      expr: `up{job="${JOB}"} == 0`,
      for: '2m',
      severity: 'warning',
      summary: '实例 {{ $labels.instance }} 不响应抓取',
      summaryEn: 'Instance {{ $labels.instance }} does not answer its scrape',
      value: '0',
    },
    {
      alert: 'GTE_Absent',
      expr: `absent(up{job="${JOB}"})`,
      for: '2m',
      severity: 'critical',
      summary: 'Prometheus 中没有 {{ $labels.job }} 抓取目标',
      summaryEn: 'Prometheus has no target of job {{ $labels.job }}',
      value: '0',
    },
    {
      alert: 'GTE_MetricsMissing',
      expr: `up{job="${JOB}"} == 1
  unless on (job, instance) (
    ${present}
  )`,
      for: '2m',
      severity: 'critical',
      summary: '实例 {{ $labels.instance }} 可以抓取，但缺少服务指标',
      summaryEn: 'Instance {{ $labels.instance }} is scraped but lacks the metrics of the service',
      value: '0',
    },
    {
      alert: 'GTE_NoReadyWorkers',
      expr: `${metric.workers}{state="ready"} == 0`,
      for: '30s',
      severity: 'critical',
      summary: '实例 {{ $labels.instance }} 没有就绪的工作进程',
      summaryEn: 'Instance {{ $labels.instance }} has no ready worker',
      value: '0',
    },
    {
      alert: 'GTE_CapacityLow',
      expr: `sum by (job, instance) (rate(${metric.taskRequests}{status=~"success|error|rejected"}[5m]))
  / on (job, instance) ${metric.capacity}{workload="${MIX}"}
  > ${values.capacity_use_ratio}`,
      for: '10m',
      severity: 'warning',
      summary: `实例 {{ $labels.instance }} 的负载已达实测容量的 {{ $value | humanizePercentage }}，高于 ${percent(values.capacity_use_ratio)}`,
      summaryEn: `The load of {{ $labels.instance }} is {{ $value | humanizePercentage }} of the measured capacity, above ${percent(values.capacity_use_ratio)}`,
      value: '{{ $value | humanizePercentage }}',
    },
  ];
}
