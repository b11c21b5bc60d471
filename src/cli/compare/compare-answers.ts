import type { Text } from '../language.ts';
import type { AnsweredRow } from './answers.ts';
import { difference } from './difference.ts';

export interface ChangedAnswer {
  readonly task: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly difference: Text;
}

export interface AnswerComparison {
  /** Requests that both sides answered. */
  readonly compared: number;
  readonly tasks: readonly { readonly task: string; readonly compared: number; readonly changed: number }[];
  readonly changed: readonly ChangedAnswer[];
}

/** Matches requests by their body. */
export function compareAnswers(
  a: readonly AnsweredRow[],
  b: readonly AnsweredRow[],
  scoreTolerance: number,
): AnswerComparison {
  const theirs = new Map(b.map((row) => [JSON.stringify(row.body), row]));
  const tasks = new Map<string, { task: string; compared: number; changed: number }>();
  const changed: ChangedAnswer[] = [];
  for (const row of a) {
    const other = theirs.get(JSON.stringify(row.body));
    if (!other) continue;
    const task = String(row.body.task_type);
    const tally = tasks.get(task) ?? { task, compared: 0, changed: 0 };
    tasks.set(task, tally);
    tally.compared += 1;
    const differs =
      row.status === other.status
        ? difference(row.answer, other.answer, scoreTolerance)
        : { en: `status: ${row.status} → ${other.status}`, zh: `状态码：${row.status} → ${other.status}` };
    if (differs === undefined) continue;
    tally.changed += 1;
    changed.push({ task, body: row.body, difference: differs });
  }
  const rows = [...tasks.values()].sort((x, y) => x.task.localeCompare(y.task));
  return { compared: rows.reduce((sum, { compared }) => sum + compared, 0), tasks: rows, changed };
}
