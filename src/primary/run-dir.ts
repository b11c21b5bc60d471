import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { StartError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { endStaleWorkers } from './stale-workers.ts';

/** Who may enter: the service's user, and its group, to which nginx belongs. */
const MODE = 0o750;
const NOBODY_ELSE = ~0o027;
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

/**
 * Makes the folder of the slot sockets fit for use, and ends what a killed primary left behind there.
 * @throws StartError when it can't be used, or a running service uses it.
 */
export function openRunDir(dir: string, logger: Pick<Logger, 'warn'>): void {
  try {
    mkdirSync(dir, { recursive: true, mode: MODE });
    const ended = endStaleWorkers(dir);
    if (ended.length > 0) logger.warn({ pids: ended }, 'ended workers that a killed primary had left behind');
    if (!tighten(dir))
      logger.warn(
        { dir },
        'GTE_RUN_DIR is shared, and others may write there: they could take the place of a worker',
      );
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`GTE_RUN_DIR ${dir} can't be used: ${(error as Error).message}`, error);
  }
}

/** Closes a folder of our own to others. One that holds something else may be needed by others as it is. @returns is it safe? */
function tighten(dir: string): boolean {
  const { mode, uid } = statSync(dir);
  const own = uid === process.getuid?.() && readdirSync(dir).every((name) => /^slot-|\.pid$/.test(name));
  if (own) chmodSync(dir, mode & 0o7777 & NOBODY_ELSE);
  return own || (mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0;
}
