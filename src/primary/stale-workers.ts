import { closeSync, constants, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../errors.ts';
import { PRIMARY_TITLE, workerTitle } from '../ipc.ts';

const noteOf = (runDir: string, slot: number, pid: number) => join(runDir, `slot-${slot}.${pid}.pid`);

/** Notes that this pid is a worker of this run folder, for a primary that comes after a killed one. */
export function noteWorker(runDir: string, slot: number, pid: number): void {
  // A link that somebody put there is not followed.
  const { O_CREAT, O_WRONLY, O_NOFOLLOW } = constants;
  closeSync(openSync(noteOf(runDir, slot, pid), O_CREAT | O_WRONLY | O_NOFOLLOW, 0o640));
}

export function forgetWorker(runDir: string, slot: number, pid: number): void {
  rmSync(noteOf(runDir, slot, pid), { force: true });
}

/**
 * Ends what a killed primary left behind: workers exit by themselves when it goes, but a frozen one can't. Noted pids that
 * are something else by now are left alone. Removes the slots' sockets too.
 * @returns the pids ended.
 * @throws StartError when a living service uses the folder.
 */
export function endStaleWorkers(runDir: string): number[] {
  const names = readdirSync(runDir);
  const noted = names.flatMap((name) => {
    const [, slot, pid] = /^slot-(\d+)\.(\d+)\.pid$/.exec(name) ?? [];
    return pid === undefined ? [] : [{ slot: Number(slot), pid: Number(pid) }];
  });
  const stale = noted.filter(({ slot, pid }) => titleOf(pid).startsWith(workerTitle(slot)));
  for (const { pid } of stale) {
    const parent = parentOf(pid);
    if (titleOf(parent).startsWith(PRIMARY_TITLE)) {
      throw new StartError(
        `GTE_RUN_DIR ${runDir} is in use by the running service with pid ${parent}; name another folder`,
      );
    }
  }
  for (const { pid } of stale) process.kill(pid, 'SIGKILL');
  for (const name of names)
    if (/^slot-.*\.(pid|sock)$/.test(name)) rmSync(join(runDir, name), { force: true });
  return stale.map(({ pid }) => pid);
}

/** '' for a process that is gone, and on systems without /proc, where nothing is ended on suspicion. */
function titleOf(pid: number): string {
  return readProc(pid, 'cmdline');
}

/** 0 when unknown. The name in parentheses may hold anything, so fields count from behind it. */
function parentOf(pid: number): number {
  const stat = readProc(pid, 'stat');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
