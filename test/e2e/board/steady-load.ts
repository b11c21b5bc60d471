import { setTimeout as sleep } from 'node:timers/promises';
import { TASK_TYPES } from '../../../src/task-types.ts';
import { sendMixed } from '../mixed-requests.ts';

/** Between rounds, so that a fault is not lost among a fast machine's good answers. */
const PAUSE_MS = 200;

/** Mixed load in the background until it is stopped: a request of each task, round after round. */
export function startLoad(url: string) {
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      await sendMixed(url, { count: TASK_TYPES.length, connections: 2 });
      await sleep(PAUSE_MS);
    }
  })();
  return async () => {
    stopped = true;
    await running;
  };
}
