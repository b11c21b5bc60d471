import { type DestinationStream, type Logger, pino } from 'pino';
import { createLogDestination } from './log-destination.ts';

export type { Logger };

/** JSON leaves these as they are; terminals and log viewers may take them for line ends, commands or reversed text. */
const UNSAFE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The root logger: JSON lines on stdout. A healthy service logs no ERROR. */
export function createLogger(
  level: string,
  bindings: Record<string, unknown>,
  destination: DestinationStream = createLogDestination(),
): Logger {
  const options = {
    level,
    base: { pid: process.pid, ...bindings },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError, cause: describeError },
    hooks: { streamWrite: escapeUnsafe },
  };
  return pino(options, destination);
}

/** The same JSON with those characters as escapes: they can stand inside its strings only. */
export function escapeUnsafe(line: string): string {
  return line.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** An error without the further properties by which libraries attach what they were given: a packet, a text. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error === undefined ? undefined : String(error);
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    stack: error.stack,
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
