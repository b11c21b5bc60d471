import { readFileSync, statSync } from 'node:fs';
import type { ApiKey } from '../../auth/api-key.ts';
import { KeyFileError, parseKeys } from '../../auth/parse-keys.ts';
import { StartError } from '../../errors.ts';

const POLL_MS = 1000;
const OTHERS_WRITE = 0o022;

/** @throws StartError naming the file, and the line where one is wrong. */
function readKeyFile(path: string): ApiKey[] {
  const fault = (reason: string, cause: unknown) =>
    new StartError(`GTE_API_KEYS_FILE ${path}: ${reason}`, cause);
  try {
    const keys = parseKeys(readFileSync(path, 'utf8'));
    if (keys.length === 0)
      throw new KeyFileError('it holds no key; a key that may not be used says disabled');
    return keys;
  } catch (error) {
    if (error instanceof KeyFileError) throw fault(error.message, error);
    throw fault(`it can't be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
}

export interface KeyFileEvents {
  keys(keys: ApiKey[]): void;
  /** The changed file can't be used; `reason` is one sentence. */
  fault(reason: string): void;
  /** Others than its owner may write to the file. */
  exposed(): void;
}

/**
 * Reads a key file, and reads it again whenever it changes or is replaced after that, until `stop` is called.
 * @throws StartError when it can't be used now.
 */
export function openKeyFile(path: string, events: KeyFileEvents, pollMs = POLL_MS) {
  // Taken before the file is read: what is written meanwhile is seen as a change.
  let seen = stampOf(path);
  const keys = readKeyFile(path);
  const lookWhoWrites = () => {
    if (modeOf(path) & OTHERS_WRITE) events.exposed();
  };
  lookWhoWrites();
  const timer = setInterval(() => {
    const stamp = stampOf(path);
    if (stamp === seen) return;
    seen = stamp;
    lookWhoWrites();
    try {
      events.keys(readKeyFile(path));
    } catch (error) {
      events.fault((error as Error).message);
    }
  }, pollMs);
  return { keys, stop: () => clearInterval(timer) };
}

/** 0 where there is no file. */
function modeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
}

/** Differs after any change of the file. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
