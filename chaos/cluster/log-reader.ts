import type { Readable } from 'node:stream';

export type LogLine = Record<string, unknown>;

/** Reads JSON lines as they come; access-log lines are not kept. */
export function readLogs(streams: readonly Readable[]) {
  const lines: LogLine[] = [];
  let newest = '';
  for (const stream of streams) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        if (part !== '') newest = part;
        if (part !== '' && !part.includes('"msg":"request"')) lines.push(parse(part));
      }
    });
  }
  return {
    lines,
    /** The last line, an access-log line too. */
    get newest() {
      return newest;
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
