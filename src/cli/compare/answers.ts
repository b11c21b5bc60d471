import { readFileSync, writeFileSync } from 'node:fs';
import type { GoldenRow } from '../../model/manifest/golden.ts';
import { unavailable, usageError } from '../cli-error.ts';
import type { Progress } from '../progress.ts';

/** A request body and what was answered. */
export interface AnsweredRow {
  readonly body: Readonly<Record<string, unknown>>;
  readonly status: number;
  /** `result` of the answer, or its `error`. */
  readonly answer: unknown;
  /** name@version */
  readonly model: string | null;
}

/** The request that asks what a golden row of a manifest was asked. */
export function goldenBody(row: GoldenRow): Record<string, unknown> {
  const { task, answer, ...asked } = row as GoldenRow & Record<string, unknown>;
  const { text, texts, head, first16, ...fields } = asked as Record<string, unknown> & {
    texts?: [string, string];
  };
  return {
    task_type: task,
    ...(text !== undefined && { input_text: text }),
    ...(texts && { text_a: texts[0], text_b: texts[1] }),
    ...(task === 'classification' && head !== undefined && { scheme: head }),
    ...fields,
  };
}

const AT_ONCE = 4;

/** Asks a service; in order, a few at a time. */
export async function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
  bodies: readonly Readonly<Record<string, unknown>>[],
  progress: Progress,
): Promise<AnsweredRow[]> {
  const rows: AnsweredRow[] = new Array(bodies.length);
  let next = 0;
  let answered = 0;
  const client = async () => {
    while (next < bodies.length) {
      const i = next++;
      const body = bodies[i] as Record<string, unknown>;
      const answer = await fetch(`${url}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      }).catch((error: Error) => {
        throw unavailable(`${url} does not answer (${error.message})`, `${url} 没有响应（${error.message}）`);
      });
      const said = (await answer.json().catch(() => ({}))) as {
        result?: unknown;
        error?: unknown;
        model?: string;
      };
      rows[i] = {
        body,
        status: answer.status,
        answer: said.result ?? said.error ?? null,
        model: said.model ?? null,
      };
      answered += 1;
      progress.update(answered / bodies.length, `${answered}/${bodies.length}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, client));
  } finally {
    progress.end();
  }
  return rows;
}

export const writeAnswers = (path: string, rows: readonly AnsweredRow[]) =>
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

/** @throws CliError when the file is not one that `gte compare --record` wrote */
export function readAnswers(path: string): AnsweredRow[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = (error as Error).message;
    throw usageError(`${path} can't be read: ${reason}`, `${path} 无法读取：${reason}`);
  }
  return text
    .split('\n')
    .filter(Boolean)
    .map((line, i) => {
      try {
        const row = JSON.parse(line) as AnsweredRow;
        if (typeof row.body === 'object' && typeof row.status === 'number') return row;
      } catch {
        // said below
      }
      throw usageError(
        `${path}:${i + 1} is not an answer that gte compare --record wrote`,
        `${path}:${i + 1} 不是 gte compare --record 写出的回答`,
      );
    });
}
