import { setTimeout as sleep } from 'node:timers/promises';

/** Freezes a process again and again, as a starved virtual machine would, until the work is done. */
export async function pulse<T>(
  pid: number,
  { frozenMs, runningMs }: { frozenMs: number; runningMs: number },
  work: Promise<T>,
): Promise<T> {
  let done = false;
  const stop = () => {
    done = true;
  };
  void work.then(stop, stop);
  while (!done) {
    process.kill(pid, 'SIGSTOP');
    await sleep(frozenMs);
    process.kill(pid, 'SIGCONT');
    await sleep(runningMs);
  }
  return work;
}
