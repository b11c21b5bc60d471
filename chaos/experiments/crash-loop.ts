import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/e2e/until.ts';
import { atLeast, atMost, exactly, reported } from '../check.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import type { Experiment } from '../experiment.ts';
import { isAlive } from '../watch/process-info.ts';

/** 100 ms, doubled at each death up to 10 s. */
const forksWithin = (seconds: number) => {
  let forks = 1;
  for (let at = 0.1, wait = 0.1; at <= seconds; wait = Math.min(wait * 2, 10), at += wait) forks += 1;
  return forks;
};

export const crashLoop: Experiment = {
  name: 'crash-loop',
  title: { en: 'All workers die again and again', zh: '所有工作进程反复崩溃' },
  promise: {
    en: 'not ready, seen in the metrics, no fork storm; served again once they live',
    zh: '报告未就绪、指标可见、不会疯狂 fork；恢复后继续服务',
  },
  sharesCores: true,
  async run(run) {
    const cluster = await startCluster(run);
    const started = cluster.logs.named('worker forked').length;
    const health = async () => (await fetch(`${cluster.metricsUrl}/healthz`)).status;
    const before = await health();
    const seconds = run.full ? 30 : 4;
    const startedAt = performance.now();
    const codes = new Set<number>();
    const readies = new Set<number>();
    while (performance.now() - startedAt < seconds * 1000) {
      for (const { pid } of await cluster.workers()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      await sleep(20);
      codes.add(await health());
      readies.add((await cluster.scrape()).sum('gte_workers', { state: 'ready' }));
    }
    const forks = cluster.logs.named('worker forked').length - started;
    const crashes = (await cluster.scrape()).sum('gte_worker_restarts_total', { reason: 'crash' });
    const endedAt = performance.now();
    await cluster.ready();
    const backMs = performance.now() - endedAt;
    await until('it is healthy', async () => (await health()) === 200);
    codes.delete(200); // before the first death was seen
    return [
      exactly({ en: '/healthz before', zh: '之前的 /healthz' }, before, 200),
      exactly({ en: '/healthz meanwhile', zh: '期间的 /healthz' }, [...codes].join(' '), '503'),
      exactly({ en: 'ready workers in /metrics', zh: '/metrics 中就绪进程数' }, Math.min(...readies), 0),
      atLeast({ en: 'deaths counted', zh: '计入的崩溃次数' }, crashes, 4),
      atMost(
        { en: `forks in ${seconds} s`, zh: `${seconds} 秒内 fork 次数` },
        forks,
        2 * forksWithin(seconds),
      ),
      reported({ en: 'served again after', zh: '恢复服务耗时' }, backMs / 1000, 's'),
    ];
  },
};
