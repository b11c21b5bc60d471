import type { Readable } from 'node:stream';

export type LogLine = Record<string, unknown>;

/** Reads JSON lines as they come; access-log lines are only counted. */
export function readLogs(streams: readonly Readable[]) {
  const lines: LogLine[] = [];
  let requests = 0;
  for (const stream of streams) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        if (part.includes('"msg":"request"')) requests += 1;
        else if (part !== '') lines.push(parse(part));
      }
    });
  }
  return {
    lines,
    get requests() {
      return requests;
    },
    /** Lines with this message. */
    named: (message: string) => lines.filter(({ msg }) => msg === message),
  };
}

function parse(line: string): LogLine {
  try {
    return JSON.parse(line);
  } catch {
    return { text: line };
  }
}
