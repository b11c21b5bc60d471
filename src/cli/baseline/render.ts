import type { Call, Options } from '../command.ts';
import { formatDuration } from '../duration.ts';
import { ms, percent } from '../format.ts';
import { table } from '../table.ts';
import type { Figures, TaskBaseline } from './by-hour.ts';
import type { Proposal } from './proposals.ts';

export interface PresentProposal extends Proposal {
  /** The value in force. */
  readonly present: number | undefined;
  /** What the file says was measured; null when nothing was. */
  readonly measuredBefore: number | null;
}

export interface BaselineReport {
  readonly from: string;
  readonly to: string;
  /** Of the window, what Prometheus has. */
  readonly coveredSeconds: number;
  readonly windowSeconds: number;
  readonly tasks: readonly TaskBaseline[];
  readonly proposals: readonly PresentProposal[];
  readonly file: string;
  readonly written: boolean;
}

/** Less than this of the window is not the baseline that was asked for. */
const ENOUGH = 0.9;

export function renderBaseline(report: BaselineReport, { say }: Pick<Call<Options>, 'say'>): string {
  const { tasks, proposals, coveredSeconds, windowSeconds } = report;
  const head = [say('requests', '请求'), say('errors', '错误率'), 'P50 ms', 'P95 ms', 'P99 ms'];
  const cells = ({ requests, errorRatio, p50, p95, p99 }: Figures) => [
    String(requests),
    percent(errorRatio, 2),
    ms(p50),
    ms(p95),
    ms(p99),
  ];
  const parts = [
    `${report.from} – ${report.to}\n`,
    table(
      [say('task', '任务'), ...head],
      tasks.map(({ task, whole }) => [task, ...cells(whole)]),
    ),
  ];
  const hours = tasks.flatMap(({ task, hours }) =>
    [...hours].map(([hour, figures]) => ({ task, hour, figures })),
  );
  if (new Set(hours.map(({ hour }) => hour)).size > 1)
    parts.push(
      table(
        [say('hour', '时段'), say('task', '任务'), ...head],
        hours
          .sort((a, b) => a.hour - b.hour)
          .map(({ task, hour, figures }) => [`${String(hour).padStart(2, '0')}:00`, task, ...cells(figures)]),
        [0, 1],
      ),
    );
  if (coveredSeconds < windowSeconds * ENOUGH)
    parts.push(
      say(
        `Prometheus has only ${formatDuration(Math.round(coveredSeconds / 60) * 60)} of the ${formatDuration(windowSeconds)}: take a longer one later before you rely on it.\n`,
        `Prometheus 只有 ${formatDuration(windowSeconds)} 中的 ${formatDuration(Math.round(coveredSeconds / 60) * 60)}：请在数据更全时再测一次。\n`,
      ),
    );
  parts.push(
    table(
      [say('threshold', '阈值'), say('measured', '实测'), say('in force', '现行'), say('proposed', '建议')],
      proposals.map(({ name, measured, present, value }) => [
        name,
        String(measured),
        String(present),
        value === undefined || value === present ? say('keep', '保持') : String(value),
      ]),
    ),
  );
  const fits = proposals.every(({ present, value }) => value === undefined || value === present);
  if (fits) parts.push(say('The thresholds fit what was measured.\n', '现行阈值与实测相符。\n'));
  const changes = proposals.map(changeOf).filter((change) => change !== '');
  if (changes.length > 0) parts.push(changes.join(''));
  parts.push(
    report.written
      ? say(`Written to ${report.file}\n`, `已写入 ${report.file}\n`)
      : say('Nothing was written; --write does.\n', '未写入任何文件；加 --write 写入。\n'),
  );
  return parts.join('\n');
}

/** What --write changes of an entry. */
function changeOf({ name, present, value, measured, measuredBefore }: PresentProposal): string {
  const lines = [
    ...(value === undefined || value === present ? [] : [`-   value: ${present}\n+   value: ${value}\n`]),
    ...(measured === measuredBefore ? [] : [`-   measured: ${measuredBefore}\n+   measured: ${measured}\n`]),
  ];
  return lines.length === 0 ? '' : `  ${name}\n${lines.join('')}`;
}
