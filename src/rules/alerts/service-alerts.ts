import { type AlertRule, JOB, metric } from '../rule.ts';

const REQUIRED = [metric.taskRequests, `${metric.taskLatency}_count`, metric.workers];

/** The service, or what it says of itself, is not there. */
export function serviceAlerts(): AlertRule[] {
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
  ];
}
