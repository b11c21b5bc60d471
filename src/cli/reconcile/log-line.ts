/** What a line of nginx's gte_json log says. */
export interface LogLine {
  /** Unix seconds at which the request ended; whole ones when the log has no `msec`. */
  readonly time: number;
  /** 0 to 1: how long after `time` the request may have ended. */
  readonly blurSeconds: number;
  readonly code: number;
  /** Undefined when the service did not answer, or not to POST /predict. */
  readonly task: string | undefined;
  readonly status: string | undefined;
  /** False when no worker was asked: nginx answered by itself. */
  readonly reachedService: boolean;
  /** Undefined in a log without paths. */
  readonly path: string | undefined;
}

/** @returns undefined when the line is not of that format. */
export function parseLogLine(line: string): LogLine | undefined {
  let row: Record<string, unknown>;
  try {
    row = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const field = (name: string) => {
    const value = String(row[name] ?? '');
    // With several upstreams tried the variable is a list; the last one answered.
    return value === '' || value === '-' ? undefined : value.split(/, | : /).at(-1);
  };
  const exact = Number(row.msec);
  const time = exact > 0 ? exact : Date.parse(String(row.ts)) / 1000;
  const code = Number(row.status);
  if (!Number.isFinite(time) || !Number.isInteger(code)) return undefined;
  return {
    time,
    blurSeconds: exact > 0 ? 0 : 1,
    code,
    task: field('task_type'),
    status: field('task_status'),
    reachedService: field('upstream') !== undefined,
    path: (field('path') ?? field('uri') ?? field('request')?.split(' ')[1])?.split('?')[0],
  };
}
