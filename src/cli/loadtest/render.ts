import type { Call, Options } from '../command.ts';
import { amount, ms } from '../format.ts';
import type { Text } from '../language.ts';
import { table } from '../table.ts';
import type { Percentiles, ProxyAnswers, TaskResult } from './recorder.ts';
import type { ServiceCount } from './service-view.ts';

export interface LoadReport {
  readonly url: string;
  readonly rate: number | 'max';
  /** From the start until the last answer. */
  readonly seconds: number;
  readonly answeredPerSecond: number;
  /** How late requests left the generator; null with wrk. */
  readonly lateness: Percentiles | null;
  readonly tasks: readonly TaskResult[];
  readonly all: TaskResult;
  readonly byProxy: ProxyAnswers;
  /** The service's own counts; null when its admin port does not answer. */
  readonly service: readonly ServiceCount[] | null;
  readonly missing: Text | null;
  readonly disagreements: readonly Text[];
}

/** Above this the generator itself was the bottleneck, and its percentiles are too high. */
const LATE_SECONDS = 0.02;

export function renderReport(
  report: LoadReport,
  { say, language }: Pick<Call<Options>, 'say' | 'language'>,
): string {
  const { tasks, all, service, lateness } = report;
  const offered = report.rate === 'max' ? say('as fast as answered', '压到饱和') : `${amount(report.rate)}/s`;
  const parts = [
    say(
      `${all.sent} requests to ${report.url} (${offered}) in ${amount(report.seconds)} s: ${amount(report.answeredPerSecond)} answers a second\n`,
      `向 ${report.url} 发送 ${all.sent} 个请求（${offered}），用时 ${amount(report.seconds)} 秒：每秒 ${amount(report.answeredPerSecond)} 个回答\n`,
    ),
    table(
      [
        say('task', '任务'),
        ...[
          say('sent', '发送'),
          say('success', '成功'),
          say('error', '出错'),
          say('invalid', '无效'),
          say('shed', '拒绝'),
          say('no answer', '无回答'),
        ],
        ...['P50 ms', 'P95 ms', 'P99 ms', say('max ms', '最大 ms')],
        ...(service
          ? [
              say('│ counted', '│ 服务计数'),
              say('error', '出错'),
              say('shed', '拒绝'),
              ...['P50 ms', 'P95 ms', 'P99 ms'],
            ]
          : []),
      ],
      [...tasks, ...(tasks.length === 1 && tasks[0]?.sent === all.sent ? [] : [all])].map((row) =>
        lineOf(row, service, say),
      ),
    ),
  ];
  if (lateness && lateness.p99 > LATE_SECONDS)
    parts.push(
      say(
        `This program sent 1 % of the requests more than ${ms(lateness.p99)} ms late: it, not the service, may be the bottleneck; run it on another machine.\n`,
        `本程序有 1% 的请求晚发超过 ${ms(lateness.p99)} 毫秒：瓶颈可能在压测端，请换一台机器运行。\n`,
      ),
    );
  const byProxy = Object.entries(report.byProxy).map(([code, count]) => `${code} × ${count}`);
  if (byProxy.length > 0)
    parts.push(
      say(
        `A proxy answered itself, without a worker: ${byProxy.join(', ')}. Refusals (429) are its limits, not the service's.\n`,
        `代理自行作答，没有经过工作进程：${byProxy.join('，')}。其中的拒绝（429）是代理的限制，不是服务的。\n`,
      ),
    );
  if (report.missing) parts.push(`${report.missing[language]}\n`);
  else if (report.disagreements.length === 0)
    parts.push(
      say(
        'The service counted the same, task by task and status by status.\n',
        '服务的计数与此逐任务、逐状态一致。\n',
      ),
    );
  else
    parts.push(
      `${say('The service counted otherwise (other clients, a proxy that refuses by itself, or clients that gave up):', '服务的计数不同（另有客户端、代理自行拒绝、或客户端放弃等待）：')}\n${report.disagreements.map((text) => `  ${text[language]}\n`).join('')}`,
    );
  return parts.join('\n');
}

function lineOf(
  { task, sent, outcomes, latency }: TaskResult,
  service: readonly ServiceCount[] | null,
  say: Call<Options>['say'],
): string[] {
  const { success, error, invalid, rejected, no_answer } = outcomes;
  const client = [
    task === 'all' ? say('all', '合计') : task,
    ...[sent, success, error, invalid, rejected, no_answer].map(String),
    ...[latency.p50, latency.p95, latency.p99, latency.max].map(ms),
  ];
  if (!service) return client;
  const rows = service.filter((row) => task === 'all' || row.task === task);
  const sum = (pick: (row: ServiceCount) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const counts = [
    sum((row) => row.requests),
    sum((row) => row.statuses.error),
    sum((row) => row.statuses.rejected),
  ];
  const [counted] = task === 'all' ? [] : rows;
  return [
    ...client,
    ...counts.map((count, i) => (i === 0 ? `│ ${count}` : String(count))),
    ...(counted ? [counted.p50, counted.p95, counted.p99].map(ms) : []),
  ];
}
