import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/e2e/until.ts';
import { exactly, holds, reported } from '../check.ts';
import { type Cluster, startCluster } from '../cluster/start-cluster.ts';
import type { Experiment } from '../experiment.ts';
import { closedLoad, worstClient } from '../load/load.ts';
import { evaluateIn, inspectable } from '../watch/inspector.ts';

const ABORT = 'process.abort()';
/** A leak that lets the event loop turn: in one go, garbage collection near the limit may count as a hang before it fails. */
const EXHAUST = 'globalThis.hoard = []; setInterval(() => hoard.push(new Array(2e5).fill({})), 10);';
const HEAP_MB = 128;

export const dyingWorker: Experiment = {
  name: 'dying-worker',
  title: {
    en: 'A worker aborts natively; another runs out of heap',
    zh: '工作进程原生崩溃（abort）；另一个耗尽堆内存',
  },
  promise: {
    en: 'respawned with back-off; reason and signal logged; only requests inside it fail',
    zh: '按退避重启；记录原因与信号；只有进程内的请求失败',
  },
  sharesCores: true,
  async run(run) {
    const env = inspectable(`--max-old-space-size=${HEAP_MB}`);
    const cluster = await startCluster(run, { env });
    const load = closedLoad(cluster.url, { clients: 4, pauseMs: 50 });
    const [abortMs, heapMs] = [await endOne(cluster, ABORT), await endOne(cluster, EXHAUST)];
    await sleep(500);
    await load.stop();
    const died = cluster.logs.named('worker died');
    const crashes = (await cluster.scrape()).sum('gte_worker_restarts_total', { reason: 'crash' });
    return [
      exactly(
        { en: 'signals logged', zh: '记录的信号' },
        died.map(({ signal }) => signal).join(' '),
        'SIGABRT SIGABRT',
      ),
      exactly(
        { en: 'reasons logged', zh: '记录的原因' },
        died.map(({ reason }) => reason).join(', '),
        'ended by SIGABRT, ended by SIGABRT',
      ),
      exactly(
        { en: 'back-off, ms', zh: '退避时间（毫秒）' },
        died.map(({ respawn_ms }) => respawn_ms).join(' '),
        '100 200',
      ),
      holds(
        { en: 'the heap is named on stderr', zh: 'stderr 指明堆内存' },
        cluster.logs.lines.some(({ text }) => String(text).includes('JavaScript heap out of memory')),
      ),
      exactly({ en: 'counted as crash', zh: '计为 crash' }, crashes, 2),
      holds(
        { en: 'no client lost more than 2 requests', zh: '单个客户端失败不超过 2 次' },
        worstClient(load.samples) <= 2,
      ),
      reported({ en: 'replaced after abort', zh: 'abort 后恢复' }, abortMs / 1000, 's'),
      reported({ en: 'replaced after heap exhaustion', zh: '堆耗尽后恢复' }, heapMs / 1000, 's'),
    ];
  },
};

/** → ms until its successor is ready. */
async function endOne(cluster: Cluster, expression: string): Promise<number> {
  const [victim] = await cluster.workers();
  const startedAt = performance.now();
  await evaluateIn(cluster, victim?.pid ?? 0, expression);
  await until('it is gone', async () => (await cluster.workers()).every(({ pid }) => pid !== victim?.pid));
  await cluster.ready();
  return performance.now() - startedAt;
}
