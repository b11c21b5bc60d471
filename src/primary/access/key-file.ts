import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { ApiKey } from '../../auth/api-key.ts';
import { KeyFileError, parseKeys } from '../../auth/parse-keys.ts';
import { StartError } from '../../errors.ts';

const POLL_MS = 1000;

/** @throws StartError naming the file, and the line where one is wrong. */
export function readKeyFile(path: string): ApiKey[] {
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
}

/** Reads the file again whenever it changes or is replaced. The function it gives back ends that. */
export function watchKeyFile(path: string, events: KeyFileEvents, pollMs = POLL_MS): () => void {
  const read = () => {
    try {
      events.keys(readKeyFile(path));
    } catch (error) {
      events.fault((error as Error).message);
    }
  };
  watchFile(path, { interval: pollMs, persistent: false }, read);
  return () => unwatchFile(path, read);
}
