import type { Call, Options } from '../command.ts';
import { amount, clock, megabytes, ms, percent } from '../format.ts';
import type { Text } from '../language.ts';
import type { WorkerRow } from '../sources/admin.ts';
import type { Alert } from '../sources/prometheus.ts';
import { table } from '../table.ts';
import type { TaskRate } from './task-rates.ts';

export interface StatusDocument {
  readonly workers: { readonly desired: number; readonly ready: number; readonly rows: readonly WorkerRow[] };
  readonly models: readonly { readonly model: string; readonly version: string; readonly engine: string }[];
  readonly totals: readonly { readonly task: string; readonly requests: number; readonly errors: number }[];
  /** null without Prometheus. */
  readonly rates: readonly TaskRate[] | null;
  readonly alerts: readonly Alert[] | null;
  /** Why there is no Prometheus. */
  readonly missing: Text | null;
}

export function renderStatus(
  document: StatusDocument,
  { say, language }: Pick<Call<Options>, 'say' | 'language'>,
): string {
  const { workers, models, rates, alerts, missing, totals } = document;
  const model = models.map(({ model, version, engine }) => `${model} ${version} (${engine})`).join(', ');
  const parts = [
    `${say('Workers', '工作进程')}  ${say(`${workers.ready} of ${workers.desired} ready`, `${workers.desired} 个中 ${workers.ready} 个就绪`)}\n${say('Model', '模型')}    ${model || '–'}\n`,
    table(
      [
        say('slot', '槽位'),
        'pid',
        say('state', '状态'),
        say('since', '自'),
        say('requests', '请求'),
        say('restarts', '重启'),
        say('loop p99 ms', '事件循环 p99 ms'),
        say('memory', '内存'),
      ],
      workers.rows.map((row) => [
        String(row.slot),
        String(row.pid),
        row.state,
        clock(Date.parse(row.since) / 1000),
        String(row.requests),
        String(row.restarts),
        row.event_loop_p99_ms === null ? '–' : row.event_loop_p99_ms.toFixed(1),
        megabytes(row.rss_bytes),
      ]),
    ),
  ];
  if (rates && rates.length > 0)
    parts.push(
      table(
        [say('last 5 min', '最近 5 分钟'), say('req/s', '请求/秒'), say('errors', '错误率'), 'P95 ms'],
        rates.map((rate) => [
          rate.task,
          amount(rate.perSecond),
          percent(rate.errorRatio, 2),
          ms(rate.p95Seconds),
        ]),
      ),
    );
  else if (totals.length > 0)
    parts.push(
      table(
        [say('since start', '启动以来'), say('requests', '请求'), say('errors', '错误')],
        totals.map((total) => [total.task, String(total.requests), String(total.errors)]),
      ),
    );
  else parts.push(`${say('No request yet.', '还没有请求。')}\n`);
  if (missing) parts.push(`${missing[language]}\n`);
  else if (alerts?.length)
    parts.push(
      `${say('Firing', '正在触发')}\n${table(
        [say('alert', '告警'), say('task', '任务'), say('since', '自'), say('what', '说明')],
        alerts.map((alert) => [
          alert.name,
          alert.labels.task_type ?? '',
          clock(Date.parse(alert.since) / 1000),
          alert.summary[language],
        ]),
        [0, 1, 2, 3],
      )}`,
    );
  else parts.push(`${say('Nothing is firing.', '没有告警触发。')}\n`);
  return parts.join('\n');
}
