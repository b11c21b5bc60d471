import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { mixedBody } from '../../test/e2e/mixed-requests.ts';
import { predict } from '../../test/e2e/service.ts';
import { until } from '../../test/e2e/until.ts';
import type { Exposition } from '../../test/metrics/parse-exposition.ts';
import { atLeast, exactly, reported } from '../check.ts';
import { startPm2 } from '../cluster/start-pm2.ts';
import type { Experiment } from '../experiment.ts';
import { isAlive, processesIn } from '../watch/process-info.ts';

export const killedPrimary: Experiment = {
  name: 'killed-primary',
  title: {
    en: 'The primary ended with SIGKILL (as the OOM killer does) while a worker is frozen',
    zh: '有工作进程冻结时主进程被 SIGKILL（如 OOM killer）',
  },
  promise: {
    en: 'PM2 restarts it; no orphan worker, the frozen one included; no stale socket; all totals reset together',
    zh: 'PM2 重启主进程；不留孤儿进程（冻结的也不留）；不留失效的套接字；所有总量一起归零',
  },
  sharesCores: true,
  async run(run) {
    const service = await startPm2(run);
    const start = await service.scrape(); // the golden rows ran
    const [fresh, batchesAtStart] = [totalsAbove0(start), start.sum('gte_batch_duration_seconds_count')];
    for (let i = 0; i < 16; i += 1) await predict(service.url, mixedBody(i));
    await sleep(500); // until they are counted
    const counted = totalsAbove0(await service.scrape());
    const old = await service.workers();
    const primary = await service.primaryPid();
    const [frozen] = old;
    if (!frozen) throw new Error('there is no worker');
    process.kill(frozen.pid, 'SIGSTOP');
    run.say(`SIGKILL to the primary ${primary}`);
    process.kill(primary, 'SIGKILL');
    const killedAt = performance.now();
    await until('the old primary is gone', () => !isAlive(primary));
    await service.ready();
    const backMs = performance.now() - killedAt;
    const first = await service.scrape();
    await sleep(500);

    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, i) => (await predict(service.url, mixedBody(i))).status),
    );
    const now = await service.workers();
    const expected = new Set([await service.primaryPid(), ...now.map(({ pid }) => pid)]);
    const sockets = readdirSync(service.runDir).filter((name) => name.endsWith('.sock'));
    return [
      exactly(
        { en: 'old workers alive', zh: '残留的旧工作进程' },
        old.filter(({ pid }) => isAlive(pid)).length,
        0,
      ),
      exactly(
        { en: 'processes that belong to nobody', zh: '无主进程' },
        processesIn(service.dir).filter((pid) => !expected.has(pid)).length,
        0,
      ),
      exactly({ en: 'sockets', zh: '套接字' }, sockets.sort().join(' '), 'slot-0.sock slot-1.sock'),
      atLeast({ en: 'series of totals above 0 before', zh: '之前不为 0 的总量序列' }, counted.length, 50),
      exactly(
        { en: 'batches counted, those of the start', zh: '计入的批次数，仅启动时的' },
        first.sum('gte_batch_duration_seconds_count'),
        batchesAtStart,
      ),
      exactly(
        { en: 'other totals above 0 after the restart', zh: '重启后不为 0 的其他总量' },
        [...new Set(totalsAbove0(first).filter((name) => !fresh.includes(name)))].join(' ') || 0,
        0,
      ),
      exactly(
        { en: 'answers afterwards', zh: '之后的应答' },
        answers.filter((code) => code === 200).length,
        8,
      ),
      reported({ en: 'ready again after', zh: '恢复就绪耗时' }, backMs / 1000, 's'),
    ];
  },
};

/** Name of each of the service's series of a counter or histogram that has counted something. */
function totalsAbove0({ samples, types }: Exposition): string[] {
  return samples
    .filter(({ name }) => /^(gte|http)_/.test(name))
    .filter(({ name }) => types.get(name) === 'counter' || /_(bucket|sum|count)$/.test(name))
    .filter(({ value }) => value > 0)
    .map(({ name }) => name);
}
