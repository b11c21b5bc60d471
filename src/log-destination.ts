import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** A full pipe is waited for this long, once until it takes a line again, and looked at again after this long. */
const PIPE_LIMIT_MS = 1000;
const PIPE_PAUSE_MS = 5;
/** A log that can't be written is told on stderr this often. */
const TELL_EACH_MS = 60_000;

export interface LogDestinationOptions {
  /** Writes all or part of the bytes, as fs.writeSync does. */
  readonly write?: (bytes: Buffer) => number;
  readonly tell?: (sentence: string) => void;
  readonly now?: () => number;
}

/**
 * Where log lines go: stdout, at once, so that none is lost in a crash. A line that can't be written (a full disk, a reader
 * that is gone) is dropped and counted: the service does not depend on its log.
 */
export function createLogDestination({
  write = (bytes) => writeSync(1, bytes),
  tell = tellStderr,
  now = () => performance.now(),
}: LogDestinationOptions = {}): DestinationStream {
  let lost = 0;
  let torn = false;
  /** Its reader was waited for in vain. */
  let stalled = false;
  let tellAt = now();

  const writeAll = (text: string) => {
    let rest = Buffer.from(text);
    const deadline = now() + PIPE_LIMIT_MS;
    while (rest.length > 0) {
      try {
        rest = rest.subarray(write(rest));
        torn = rest.length > 0;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        stalled ||= now() > deadline;
        if (stalled) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PIPE_PAUSE_MS);
      }
    }
    stalled = false;
  };

  return {
    write(line) {
      try {
        if (torn) writeAll('\n');
        if (lost > 0) writeAll(lostLine(lost));
        lost = 0;
        writeAll(line);
      } catch (error) {
        lost += 1;
        if (now() < tellAt) return;
        tellAt = now() + TELL_EACH_MS;
        tell(
          `the log can't be written (${(error as NodeJS.ErrnoException).code}); the service goes on without it`,
        );
      }
    },
  };
}

function lostLine(lost: number): string {
  const fields = { level: 40, time: new Date().toISOString(), pid: process.pid, lost };
  return `${JSON.stringify({ ...fields, msg: 'log lines could not be written' })}\n`;
}

function tellStderr(sentence: string): void {
  try {
    writeSync(2, `gte-serve: ${sentence}\n`);
  } catch {
    // Then nobody can be told.
  }
}
