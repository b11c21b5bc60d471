import { setTimeout as sleep } from 'node:timers/promises';
import { exactly } from '../check.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import type { Experiment } from '../experiment.ts';
import { closedLoad, failed } from '../load/load.ts';
import { processesIn } from '../watch/process-info.ts';

/** Between two requests of a client: in the short form somebody asks, but not without a pause. */
const SHORT_PAUSE_MS = 100;

export const pausedMachine: Experiment = {
  name: 'paused-machine',
  title: {
    en: 'The primary stands still, then the whole service does (a paused VM)',
    zh: '主进程停顿，随后整个服务停顿（虚拟机被暂停）',
  },
  promise: {
    en: 'nobody is ended for the silence; everything goes on where it stood',
    zh: '不会因这段沉默结束任何进程；一切从停顿处继续',
  },
  sharesCores: true,
  async run(run) {
    const cluster = await startCluster(run, { env: { GTE_DEADLINE_MS: '60000' } }); // above the pause
    const before = await cluster.workers();
    const load = closedLoad(cluster.url, { clients: 2, pauseMs: run.full ? 0 : SHORT_PAUSE_MS });
    const pauseMs = run.full ? 15_000 : 2200;
    await sleep(500);
    for (const pids of [[cluster.primary.pid ?? 0], processesIn(cluster.dir)]) {
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      await sleep(pauseMs);
      for (const pid of pids) process.kill(pid, 'SIGCONT');
      await sleep(run.full ? 5000 : 2200);
    }
    await load.stop();
    const now = await cluster.workers();
    return [
      exactly(
        { en: 'workers ended', zh: '被结束的进程' },
        before.filter(({ pid }) => !now.some((row) => row.pid === pid)).length,
        0,
      ),
      exactly({ en: 'failed requests', zh: '失败请求' }, failed(load.samples).length, 0),
    ];
  },
};
