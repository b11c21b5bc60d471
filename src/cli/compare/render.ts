import type { Call, Options } from '../command.ts';
import { ms, percent } from '../format.ts';
import { table } from '../table.ts';
import type { Explanation } from '../why/explain.ts';
import { sentence } from '../why/sentence.ts';
import type { AnswerComparison } from './compare-answers.ts';
import type { TaskComparison } from './compare-windows.ts';

interface Sides {
  readonly a: string;
  readonly b: string;
  readonly worse: boolean;
}

export type CompareReport = Sides &
  (
    | { readonly kind: 'times'; readonly tasks: readonly TaskComparison[]; readonly explanation: Explanation }
    | {
        readonly kind: 'answers';
        readonly answers: AnswerComparison;
        /** Share of the answers that may change. */
        readonly allowed: number;
      }
  );

const MOST_SHOWN = 20;

export function renderCompare(report: CompareReport, call: Pick<Call<Options>, 'say' | 'language'>): string {
  const { say, language } = call;
  const verdict = report.worse
    ? say(`${report.b} is worse than ${report.a}.\n`, `${report.b} 比 ${report.a} 差。\n`)
    : say(`${report.b} is not worse than ${report.a}.\n`, `${report.b} 不比 ${report.a} 差。\n`);
  if (report.kind === 'answers') return `${verdict}\n${answerTable(report, call)}`;
  const rows = report.tasks.map(({ task, mean, p95, failed, worse }) => [
    task === 'all' ? say('all', '合计') : task,
    ...[mean.a, mean.b, p95.a, p95.b].map(ms),
    percent(failed.a, 2),
    percent(failed.b, 2),
    worse ? say('worse', '变差') : '',
  ]);
  return [
    verdict,
    `${sentence(report.explanation)[language]}\n`,
    table(
      [
        say('task', '任务'),
        say('mean A', '平均 A'),
        'B ms',
        'P95 A',
        'B ms',
        say('failed A', '失败率 A'),
        'B',
        '',
      ],
      rows,
    ),
  ].join('\n');
}

function answerTable(
  { answers, allowed }: CompareReport & { kind: 'answers' },
  { say, language }: Pick<Call<Options>, 'say' | 'language'>,
): string {
  const { tasks, changed, compared } = answers;
  const shown = changed.slice(0, MOST_SHOWN).map(({ task, body, difference }) => {
    const text = String(body.input_text ?? body.context ?? body.text_a ?? '');
    return `  ${task} ${[...text].slice(0, 24).join('')}\n    ${difference[language]}\n`;
  });
  return [
    table(
      [say('task', '任务'), say('answers', '回答'), say('changed', '改变')],
      tasks.map((row) => [row.task, String(row.compared), String(row.changed)]),
    ),
    say(
      `${changed.length} of ${compared} answers changed; ${percent(allowed)} may.\n`,
      `${compared} 个回答中改变了 ${changed.length} 个；允许 ${percent(allowed)}。\n`,
    ),
    ...(shown.length > 0 ? [shown.join('')] : []),
    ...(changed.length > MOST_SHOWN
      ? [
          say(
            `  … and ${changed.length - MOST_SHOWN} more (--json)\n`,
            `  … 另有 ${changed.length - MOST_SHOWN} 个（--json）\n`,
          ),
        ]
      : []),
  ].join('\n');
}
