import { type AlertRule, JOB } from '../rule.ts';

/** What stands around the service, the way of the alerts themselves included. */
export function monitoringAlerts(): AlertRule[] {
  return [
    {
      alert: 'GTE_NginxDown',
      expr: 'nginx_up == 0',
      for: '1m',
      severity: 'critical',
      summary: '{{ $labels.instance }} 的 Nginx 不响应',
      summaryEn: 'Nginx seen by {{ $labels.instance }} does not answer',
      value: '0',
    },
    {
      alert: 'GTE_TargetDown',
      expr: `up{job!="${JOB}"} == 0`,
      for: '5m',
      severity: 'warning',
      summary: '监控组件 {{ $labels.job }}（{{ $labels.instance }}）不响应抓取',
      summaryEn: 'Monitoring component {{ $labels.job }} ({{ $labels.instance }}) does not answer its scrape',
      value: '0',
    },
    {
      alert: 'GTE_AlertDeliveryFailing',
      expr: 'sum by (job, instance, robot) (increase(alert_relay_notifications_total{result!="delivered"}[10m])) > 0',
      severity: 'warning',
      summary: '机器人 {{ $labels.robot }} 在 10 分钟内有 {{ $value | printf "%.0f" }} 条告警通知未能送达',
      summaryEn:
        '{{ $value | printf "%.0f" }} notifications to robot {{ $labels.robot }} were lost within 10 minutes',
      value: '{{ $value | printf "%.0f" }}',
    },
    {
      alert: 'GTE_AlertDeliveryStuck',
      expr: 'alert_relay_queue_depth > 0',
      for: '10m',
      severity: 'warning',
      summary: '机器人 {{ $labels.robot }} 有 {{ $value }} 条告警通知等待超过 10 分钟仍未发完',
      summaryEn:
        '{{ $value }} notifications to robot {{ $labels.robot }} have not all been sent for 10 minutes',
      value: '{{ $value }}',
    },
    {
      alert: 'GTE_NotificationsLost',
      expr: `increase(prometheus_notifications_dropped_total[10m]) > 0
  or sum by (job, instance) (increase(alertmanager_notifications_failed_total[10m])) > 0`,
      severity: 'critical',
      summary: '{{ $labels.job }}（{{ $labels.instance }}）在 10 分钟内有告警没能交给下一环',
      summaryEn:
        '{{ $labels.job }} ({{ $labels.instance }}) could not hand alerts on to the next hop within 10 minutes',
      value: '{{ $value | printf "%.0f" }}',
    },
    {
      alert: 'GTE_RulesFailing',
      expr: 'increase(prometheus_rule_evaluation_failures_total[10m]) > 0',
      severity: 'warning',
      summary: '规则组 {{ $labels.rule_group }} 在 10 分钟内有规则计算失败，其告警可能不会触发',
      summaryEn:
        'Rules of {{ $labels.rule_group }} failed to evaluate within 10 minutes; their alerts may not fire',
      value: '{{ $value | printf "%.0f" }}',
    },
    {
      alert: 'Watchdog',
      expr: 'vector(1)',
      severity: 'none',
      summary: '告警链路心跳：此告警始终触发，一旦消失说明告警链路中断',
      summaryEn:
        'Heartbeat of the alerting chain: it always fires, and its absence means the chain is broken',
      value: '{{ $value }}',
    },
  ];
}
