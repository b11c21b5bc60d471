import type { Call, Options } from '../command.ts';
import { amount, ms, percent } from '../format.ts';
import { table } from '../table.ts';
import type { Capacity, Objective } from './measure.ts';

export interface CapacityReport {
  readonly url: string;
  readonly workers: number;
  readonly objective: Objective;
  /** Requests a second at the busiest five minutes of the last day; null without Prometheus. */
  readonly present: number | null;
  /** Requests a second that are asked for. */
  readonly wanted: number | null;
  /** The mix (or the only task) first. */
  readonly results: readonly Capacity[];
  /** Where the result is kept. */
  readonly path: string;
}

type Say = Pick<Call<Options>, 'say'>;

export function renderCapacity(report: CapacityReport, call: Say): string {
  const { say } = call;
  const { objective, workers, results, present, wanted, path } = report;
  const [main] = results;
  const parts = [
    say(
      `Objective: P95 ≤ ${ms(objective.p95)} ms, failures ≤ ${percent(objective.errorRatio)}; ${workers} workers at ${report.url}\n`,
      `目标：P95 ≤ ${ms(objective.p95)} 毫秒，失败率 ≤ ${percent(objective.errorRatio)}；${report.url} 上 ${workers} 个工作进程\n`,
    ),
    ...results.map((result) => stepTable(result, call)),
    table(
      [
        say('workload', '负载'),
        say('sustains req/s', '可承受 请求/秒'),
        say('law allows', '利用率定律上限'),
        say('inference ms a request', '每请求推理 ms'),
        say('a worker', '每进程'),
      ],
      results.map((result) => [
        nameOf(result, call),
        amount(result.sustainable),
        amount(result.limit),
        ms(result.demand),
        amount(result.sustainable / workers),
      ]),
    ),
  ];
  if (main && main.sustainable > 0) {
    if (present !== null)
      parts.push(
        say(
          `Headroom: the busiest five minutes of the last day had ${amount(present)} req/s, ${percent(present / main.sustainable, 0)} of what is sustained.\n`,
          `余量：最近一天最忙的五分钟为每秒 ${amount(present)} 个请求，占可承受量的 ${percent(present / main.sustainable, 0)}。\n`,
        ),
      );
    else
      parts.push(
        say('Headroom: unknown, Prometheus does not answer.\n', '余量：未知，Prometheus 没有响应。\n'),
      );
    if (wanted !== null) {
      const cores = Math.ceil((wanted * workers) / main.sustainable);
      parts.push(
        say(
          `${amount(wanted)} req/s need ${cores} workers, one core each.\n`,
          `每秒 ${amount(wanted)} 个请求需要 ${cores} 个工作进程（每个一核）。\n`,
        ),
      );
    }
  }
  parts.push(say(`Kept in ${path}\n`, `结果已存入 ${path}\n`));
  return parts.join('\n');
}

function stepTable(result: Capacity, call: Say): string {
  const { say } = call;
  return table(
    [
      nameOf(result, call),
      say('answered/s', '回答/秒'),
      'P95 ms',
      say('failures', '失败率'),
      say('busy by the law', '忙碌 定律'),
      say('measured', '实测'),
      '',
    ],
    result.steps.map((step) => [
      `${amount(step.rate)}/s`,
      amount(step.answeredPerSecond),
      ms(step.p95),
      percent(step.errorRatio),
      percent(Math.min(1, step.utilisation.predicted), 0),
      percent(step.utilisation.measured, 0),
      step.passed ? say('within', '达标') : say('broken', '超出'),
    ]),
  );
}

const nameOf = ({ name }: Capacity, { say }: Say) => (name === 'mix' ? say('mix', '混合') : name);
