import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosen, metric } from './metric.ts';
import { DATASOURCE } from './panels/targets.ts';

const annotation = (name: string, colour: string, expr: string, title: string) =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(colour)
    .expr(expr)
    .titleFormat(title)
    .step('60s');

/** Off at first: they paint every panel red. */
const alerts = (matcher: string) =>
  annotation(
    '告警 Alerts',
    'red',
    `ALERTS{alertstate="firing", severity=~"critical|warning", ${matcher}}`,
    '{{alertname}}',
  )
    .tagKeys('severity,task_type,slot,device')
    .enable(false);

/** Starts of processes, changes of the model, and alerts. */
export const serviceAnnotations = () => [
  annotation(
    '进程启动 Process start',
    'blue',
    `process_start_time_seconds${chosen()} * 1000`,
    '进程 {{slot}} 启动 · process {{slot}} started ({{instance}})',
  ).useValueForTime(true),
  annotation(
    '模型变更 Model change',
    'purple',
    `count by (model, version) (${metric.modelInfo}${chosen()}) unless count by (model, version) (${metric.modelInfo}${chosen()} offset 2m)`,
    '{{model}} {{version}}',
  ),
  alerts('job="$job"'),
];

/** Starts of machines, and their alerts. */
export const hostAnnotations = () => [
  annotation(
    '主机启动 Host start',
    'blue',
    'node_boot_time_seconds{instance=~"$node"} * 1000',
    '{{instance}} 启动 · {{instance}} started',
  ).useValueForTime(true),
  alerts('instance=~"$node|$nginx"'),
];
