import { metricSum, predict, type Service } from './service.ts';
import { until } from './until.ts';

export interface StuckRequests {
  /** `Date.now()` when the workers froze. */
  readonly since: number;
  /** `Date.now()` and status of each answer so far. */
  readonly answers: { at: number; status: number }[];
  /** Lets the workers go on; resolves when all requests are answered. */
  thaw(): Promise<void>;
}

/**
 * So many clients ask for the same, and the workers freeze while the queues are full of it: these requests become as slow
 * as the caller likes, or miss the service's deadline, on any machine.
 */
export async function freezeWith(
  service: Service,
  body: { task_type: string },
  clients: number,
): Promise<StuckRequests> {
  const answers: StuckRequests['answers'] = [];
  let frozen = false;
  const client = async () => {
    while (!frozen) {
      const { status } = await predict(service.url, body);
      answers.push({ at: Date.now(), status });
    }
  };
  const sent = Promise.all(Array.from({ length: clients }, client));
  // Of many more than one, since the board does not redden for one.
  const enough = Math.min(2, clients);
  const atWork = () => metricSum(service.metricsUrl, 'gte_active_requests', { task_type: body.task_type });
  const pids = (await service.workers()).map(({ pid }) => pid);
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const pid of pids) process.kill(pid, name);
  };
  // Between two rounds of answers there is a moment without any.
  await until('the workers are frozen with some of them', async () => {
    if ((await atWork()) < enough) return false;
    signal('SIGSTOP');
    if ((await atWork()) >= enough) return true;
    signal('SIGCONT');
    return false;
  });
  frozen = true;
  return {
    since: Date.now(),
    answers,
    async thaw() {
      signal('SIGCONT');
      await sent;
    },
  };
}

/**
 * Long enough to wait for one another, short enough for a service with a short deadline to take them, and for all of them to
 * be answered at once when the workers go on.
 */
export const QUESTION = {
  task_type: 'qa',
  context: '故宫博物院成立于1925年10月10日。'.repeat(20),
  question: '故宫博物院是哪一年成立的？',
};
export const LONG_EVENT = {
  task_type: 'event',
  input_text: '据报道，雀巢公司计划于明年3月裁员2000人。'.repeat(20),
};
