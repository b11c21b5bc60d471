import { setTimeout as sleep } from 'node:timers/promises';
import { metricSum, predict, type Service } from './service.ts';
import { until } from './until.ts';

const DEADLINE_MS = 1000;

/** Settings of a service that misses its deadline with `missDeadline`, and takes no held worker for a hung one. */
export const MISSABLE = { GTE_DEADLINE_MS: String(DEADLINE_MS), GTE_HANG_MS: '600000' };

const LONG = {
  task_type: 'qa',
  context: '故宫博物院成立于1925年10月10日。'.repeat(60),
  question: '故宫博物院是哪一年成立的？',
};
const AT_ONCE = 4;

/**
 * Has at least so many qa requests miss the deadline of the service (MISSABLE): its workers are held while they answer
 * them. Nothing less helps, since what can be foreseen to come too late is refused.
 */
export async function missDeadline(service: Service, count: number): Promise<void> {
  let missed = 0;
  while (missed < count) {
    const answers = Promise.all(Array.from({ length: AT_ONCE }, () => predict(service.url, LONG)));
    const under = () => metricSum(service.metricsUrl, 'gte_active_requests', { task_type: 'qa' });
    await Promise.race([answers, until('one is being answered', async () => (await under()) > 0)]);
    const workers = await service.workers();
    for (const { pid } of workers) process.kill(pid, 'SIGSTOP');
    await sleep(DEADLINE_MS + 100);
    for (const { pid } of workers) process.kill(pid, 'SIGCONT');
    missed += (await answers).filter(({ status }) => status === 504).length;
  }
}
