import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from './service.ts';
import { freezeWith, QUESTION } from './stuck-requests.ts';

const DEADLINE_MS = 1000;

/** Settings of a service that misses its deadline with `missDeadline`, and takes no held worker for a hung one. */
export const MISSABLE = { GTE_DEADLINE_MS: String(DEADLINE_MS), GTE_HANG_MS: '600000' };

const AT_ONCE = 4;

/**
 * Has at least so many qa requests miss the deadline of the service (MISSABLE): its workers are held while they answer
 * them. Nothing less helps, since what can be foreseen to come too late is refused.
 */
export async function missDeadline(service: Service, count: number): Promise<void> {
  let missed = 0;
  while (missed < count) {
    const stuck = await freezeWith(service, QUESTION, AT_ONCE);
    await sleep(DEADLINE_MS + 100);
    await stuck.thaw();
    missed += stuck.answers.filter(({ status }) => status === 504).length;
  }
}
