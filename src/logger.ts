import { type Logger, pino } from 'pino';

export type { Logger };

/** The root logger: JSON lines on stdout. A healthy service logs no ERROR. */
export function createLogger(level: string, bindings: Record<string, unknown>): Logger {
  return pino({ level, base: { pid: process.pid, ...bindings }, timestamp: pino.stdTimeFunctions.isoTime });
}
