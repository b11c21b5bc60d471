import { join } from 'node:path';
import { until } from '../../test/e2e/until.ts';
import { atLeast, atMost, exactly } from '../check.ts';
import { type Pm2Service, startPm2 } from '../cluster/start-pm2.ts';
import type { Check, Experiment, Run, Text } from '../experiment.ts';
import { post, slotAgent } from '../load/post.ts';
import { isAlive, processesIn } from '../watch/process-info.ts';

const CALLS_PER_WORKER = 4;
/** A frozen worker is ended when it is over. */
const drainMs = ({ full }: Run) => (full ? 10_000 : 6000);
/** Two seconds of work for a worker when it has all its calls: `pm2` takes nearly one to start and send its signal. */
const LONG_BODY = JSON.stringify({
  task_type: 'relation',
  input_text: '《平凡的世界》是作家路遥创作的一部长篇小说。'.repeat(60),
});

type Stop = (service: Pm2Service) => Promise<unknown>;

export const stoppedService: Experiment = {
  name: 'stopped-service',
  title: {
    en: '`pm2 stop`, `pm2 restart`, SIGTERM with requests in flight, then the same with a frozen worker',
    zh: '有请求在途时 `pm2 stop`、`pm2 restart`、SIGTERM；再在有冻结进程时重复',
  },
  promise: {
    en: 'each is answered, by the others when a worker hangs; no orphans, the hung one included',
    zh: '每个请求都得到应答，进程挂死时由其余进程应答；不留孤儿进程，挂死的也不留',
  },
  async run(run) {
    const service = await startPm2(run, {
      env: {
        GTE_DRAIN_MS: String(drainMs(run)),
        GTE_HANG_MS: '60000',
        GTE_QUEUE_TOKENS: '100000',
        GTE_QUEUE_MS: '600000',
        GTE_DEADLINE_MS: '60000',
      },
    });
    const ways: [string, Stop][] = [
      ['pm2 restart', ({ pm2 }) => pm2('restart', 'gte-serve')],
      ['SIGTERM', async ({ primaryPid }) => process.kill(await primaryPid(), 'SIGTERM')],
      ['pm2 stop', ({ pm2 }) => pm2('stop', 'gte-serve')],
    ];
    const checks: Check[] = [];
    for (const frozen of [false, true])
      for (const [name, stop] of run.full ? ways : ways.slice(frozen ? -1 : 0, frozen ? undefined : 1))
        checks.push(...(await stopOnce(run, service, { name, stop, frozen })));
    return checks;
  },
};

async function stopOnce(
  run: Run,
  service: Pm2Service,
  { name, stop, frozen }: { name: string; stop: Stop; frozen: boolean },
): Promise<Check[]> {
  run.say(frozen ? `${name}, a worker frozen` : name);
  if ((await service.primaryPid()) === 0) await service.pm2('start', 'gte-serve');
  await service.ready();
  const workers = await service.workers();
  const before = [await service.primaryPid(), ...workers.map(({ pid }) => pid)];
  // Frozen with nothing in it: what is inside a hung worker can't be answered by anyone.
  const [first] = workers;
  if (frozen && first) process.kill(first.pid, 'SIGSTOP');
  const slots = workers.map(({ slot }) => slot).filter((slot) => !frozen || slot !== first?.slot);
  const answeredAt: number[] = [];
  const ask = async (slot: number) => {
    const socket = join(service.runDir, `slot-${slot}.sock`);
    const answer = await post(slotAgent(socket), service.url, LONG_BODY);
    answeredAt.push(Date.now());
    return answer;
  };
  const calls = slots.flatMap((slot) => Array.from({ length: CALLS_PER_WORKER }, () => ask(slot)));
  const active = async () => (await service.scrape()).sum('gte_active_requests');
  await until('all have arrived', async () => (await active()) + answeredAt.length >= calls.length);
  const startedAt = performance.now();
  const gone = until('the old processes are gone', () => before.every((pid) => !isAlive(pid)), 60_000);
  const goneS = gone.then(() => (performance.now() - startedAt) / 1000);
  await stop(service);
  const codes = (await Promise.all(calls)).map(({ code, error }) =>
    code === 200 ? 200 : `${code} ${error}`,
  );
  const stoppingAt = Math.max(
    ...(await service.logs()).flatMap(({ msg, time }) =>
      msg === 'stopping' ? [Date.parse(String(time))] : [],
    ),
  );
  const seconds = await goneS;
  const now = await service.primaryPid();
  const rows = now === 0 ? [] : (await service.workers().catch(() => [])).map(({ pid }) => pid);
  const nobodys = processesIn(service.dir).filter(
    (pid) => before.includes(pid) || (now === 0 && !rows.includes(pid)),
  );
  const what = (en: string, zh: string): Text =>
    frozen
      ? { en: `${name}, a worker frozen: ${en}`, zh: `${name}（有冻结进程）：${zh}` }
      : { en: `${name}: ${en}`, zh: `${name}：${zh}` };
  return [
    exactly(what('answers', '应答'), [...new Set(codes)].join(' '), '200'),
    atLeast(
      what('of them after it began to stop', '其中开始停止后的应答数'),
      answeredAt.filter((at) => at >= stoppingAt).length,
      1,
    ),
    exactly(what('orphans', '孤儿进程'), nobodys.length, 0),
    atMost(what('gone after', '完全退出耗时'), seconds, drainMs(run) / 1000 + 5, 's'),
  ];
}
