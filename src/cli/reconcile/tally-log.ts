import { parseLogLine } from './log-line.ts';

/** Requests by `task status`. */
export type Cells = ReadonlyMap<string, number>;
export const cellOf = (task: string, status: string) => `${task}\t${status}`;

export interface LogTally {
  readonly cells: Cells;
  /** Code 499: the client hung up before nginx had the answer. */
  readonly hungUp: number;
  /** Of such lines those within a second of the window's edges. */
  readonly hungUpAtEdges: number;
  /** Answered by nginx itself (limits, no worker reachable), by code. */
  readonly byNginx: ReadonlyMap<number, number>;
  /** Lines of cells within a second of the window's edges: they may belong inside or outside. */
  readonly atEdges: Cells;
  readonly lines: number;
  /** Lines in another format. */
  readonly strange: number;
}

export interface Window {
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
  /** Seconds by which the counters at start and end may lag behind the log. */
  readonly lagSeconds: { readonly start: number; readonly end: number };
}

const PREDICT = '/predict';

export async function tallyLog(lines: AsyncIterable<string>, window: Window): Promise<LogTally> {
  const cells = new Map<string, number>();
  const atEdges = new Map<string, number>();
  const byNginx = new Map<number, number>();
  let hungUp = 0;
  let hungUpAtEdges = 0;
  let count = 0;
  let strange = 0;
  const add = <Key>(map: Map<Key, number>, key: Key) => map.set(key, (map.get(key) ?? 0) + 1);

  for await (const text of lines) {
    if (text.trim() === '') continue;
    const line = parseLogLine(text);
    if (!line) {
      strange += 1;
      continue;
    }
    const { time, blurSeconds, code, task, status, reachedService, path } = line;
    const nearStart = near(time, window.start, window.lagSeconds.start, blurSeconds);
    const nearEnd = near(time, window.end, window.lagSeconds.end, blurSeconds);
    const cell =
      task !== undefined && status !== undefined && code !== 499 ? cellOf(task, status) : undefined;
    if (cell !== undefined && (nearStart || nearEnd)) add(atEdges, cell);
    if (code === 499 && (nearStart || nearEnd)) hungUpAtEdges += 1;
    if (time < window.start || time > window.end) continue;
    count += 1;
    if (cell !== undefined) add(cells, cell);
    else if (path !== undefined && path !== PREDICT) continue;
    else if (code === 499) hungUp += 1;
    else if (!reachedService || code >= 500) add(byNginx, code);
  }
  return { cells, hungUp, hungUpAtEdges, byNginx, atEdges, lines: count, strange };
}

/** A lag of 0 says that nothing was under way at that edge. */
const near = (time: number, edge: number, lagSeconds: number, blurSeconds: number) =>
  lagSeconds > 0 && time >= edge - lagSeconds - blurSeconds && time <= edge + lagSeconds;
