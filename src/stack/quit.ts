import { setTimeout as sleep } from 'node:timers/promises';

/** Sends SIGQUIT and waits for the end, at most `patienceMs`. */
export async function quit(pid: number, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (let signal: NodeJS.Signals | 0 = 'SIGQUIT'; performance.now() < deadline; signal = 0) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    await sleep(50);
  }
}
