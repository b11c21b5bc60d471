import type { Call, Options } from '../command.ts';
import { formatDuration } from '../duration.ts';
import { amount, ms, percent } from '../format.ts';
import { table } from '../table.ts';
import type { Capacity } from './measure.ts';
import type { CapacityReport } from './report.ts';

type Say = Pick<Call<Options>, 'say' | 'language'>;

export function renderCapacity(report: CapacityReport, call: Say): string {
  const { say } = call;
  const { objective, workers, results, url } = report;
  return [
    say(
      `Objective: P95 ≤ ${ms(objective.p95)} ms, failures ≤ ${percent(objective.errorRatio)}, no growing queue; ${workers} workers at ${url}\n`,
      `目标：P95 ≤ ${ms(objective.p95)} 毫秒，失败率 ≤ ${percent(objective.errorRatio)}，队列不增长；${url} 上 ${workers} 个工作进程\n`,
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
        sustains(result, call),
        amount(result.limit),
        ms(result.demand),
        result.sustainable === null ? '–' : amount(result.sustainable / workers),
      ]),
    ),
    ...headroomLines(report, call),
    keptLine(report, call),
  ].join('\n');
}

const sustains = ({ sustainable, broken }: Capacity, { say }: Say) =>
  sustainable !== null
    ? amount(sustainable)
    : say(`below ${amount(broken ?? Number.NaN)}`, `低于 ${amount(broken ?? Number.NaN)}`);

function headroomLines({ headroom, needed }: CapacityReport, { say, language }: Say): string[] {
  const { present, busiest, used, missing } = headroom;
  const lines: string[] = [];
  if (missing) lines.push(`${say('Headroom: unknown.', '余量：未知。')} ${missing[language]}\n`);
  else if (present !== null && busiest !== null && used !== null)
    lines.push(
      say(
        `Headroom: ${percent(1 - used, 0)}. Before the measurement there were ${amount(present)} req/s (5 minutes), ${percent(used, 0)} of what is sustained; the busiest five minutes of the last day had ${amount(busiest)}.\n`,
        `余量：${percent(1 - used, 0)}。测量之前每秒 ${amount(present)} 个请求（5 分钟），占可承受量的 ${percent(used, 0)}；最近一天最忙的五分钟为每秒 ${amount(busiest)} 个。\n`,
      ),
    );
  if (needed)
    lines.push(
      say(
        `${amount(needed.rate)} req/s need ${needed.cores} workers, one core each.\n`,
        `每秒 ${amount(needed.rate)} 个请求需要 ${needed.cores} 个工作进程（每个一核）。\n`,
      ),
    );
  return lines;
}

function keptLine({ kept }: CapacityReport, { say }: Say): string {
  if (!kept)
    return say('Every rate broke the objective; nothing was kept.\n', '每个速率都超出目标；没有保存结果。\n');
  const { path, fault } = kept;
  return fault === null
    ? say(`Kept in ${path}\n`, `结果已存入 ${path}\n`)
    : say(`It can't be kept in ${path}: ${fault}\n`, `无法存入 ${path}：${fault}\n`);
}

function stepTable(result: Capacity, call: Say): string {
  const { say } = call;
  return table(
    [
      nameOf(result, call),
      say('answered/s', '回答/秒'),
      'P95 ms',
      say('failures', '失败率'),
      say('kept up', '跟上'),
      say('busy by the law', '忙碌 定律'),
      say('measured', '实测'),
      '',
    ],
    result.steps.map((step) => [
      `${amount(step.rate)}/s ${formatDuration(step.seconds)}`,
      amount(step.answeredPerSecond),
      ms(step.p95),
      percent(step.errorRatio),
      percent(step.keptUp, 0),
      percent(Math.min(1, step.utilisation.predicted), 0),
      percent(step.utilisation.measured, 0),
      step.passed ? say('within', '达标') : say('broken', '超出'),
    ]),
  );
}

const nameOf = ({ name }: Capacity, { say }: Say) => (name === 'mix' ? say('mix', '混合') : name);
