import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/e2e/until.ts';
import { atMost, exactly, reported } from '../check.ts';
import { type Cluster, startCluster } from '../cluster/start-cluster.ts';
import { startNginx } from '../cluster/start-nginx.ts';
import type { Check, Experiment, Run, Text } from '../experiment.ts';
import { broken, closedLoad, failed, openLoad, worstClient } from '../load/load.ts';
import { evaluateIn, inspectable } from '../watch/inspector.ts';
import { startScraper } from '../watch/scraper.ts';

/** New connections; one that the primary hands to the frozen worker waits there until that one's end. */
const [NEW_PER_SECOND, SHORT_NEW_PER_SECOND] = [20, 8];

/** On a busy machine a scrape may take a second: less than it takes to notice a frozen worker. */
const SCRAPE_BUSY = 20;

/** A loop that was asked for has begun by then; connections before may be inside the worker, however many. */
const FROZEN_MS = 100;

type Freeze = (cluster: Cluster, pid: number) => Promise<void>;

function experiment(name: string, title: Text, freeze: Freeze): Experiment {
  return {
    name,
    title,
    promise: {
      en: 'every scrape but the primary’s first ≤ 50 ms and whole (it parses, no series fell); out of service ≤ 2 s after its last push, replaced, counted as hung; through nginx ≤ 1 failed request per connection; direct connections, new ones too, closed',
      zh: '除主进程首次外每次抓取 ≤ 50 ms 且完整（可解析、序列不回退）；距最后一次推送 ≤ 2 s 即退出服务、被替换并计为 hung；经 nginx 每条连接最多失败 1 次；直连的连接（包括新连接）被关闭',
    },
    run: (run) => freezeOne(run, freeze),
  };
}

async function freezeOne(run: Run, freeze: Freeze): Promise<Check[]> {
  const cluster = await startCluster(run, { env: inspectable() });
  const nginx = await startNginx(run, cluster);
  const scraper = startScraper({ metricsUrl: cluster.metricsUrl, intervalMs: run.full ? 100 : 250 });
  const pauseMs = run.full ? 40 : 120;
  const direct = closedLoad(cluster.url, { clients: 4, pauseMs });
  const proxied = closedLoad(nginx.url, { clients: 4, pauseMs });
  await sleep(run.full ? 5000 : 1000);

  const [victim] = await cluster.workers();
  if (!victim) throw new Error('no worker');
  run.say(`freezing worker ${victim.pid}`);
  const newPerSecond = run.full ? NEW_PER_SECOND : SHORT_NEW_PER_SECOND;
  const newcomers = openLoad(cluster.url, { perSecond: newPerSecond, keepAlive: false });
  await freeze(cluster, victim.pid);
  const frozenAt = performance.now();
  await until('it is gone', async () => (await cluster.workers()).every(({ pid }) => pid !== victim.pid));
  const goneMs = performance.now() - frozenAt;
  await cluster.ready();
  const replacedMs = performance.now() - frozenAt;
  await sleep(run.full ? 5000 : 1000);
  await Promise.all([direct.stop(), proxied.stop(), newcomers.stop()]);
  const scrapes = await scraper.stop();

  const closed = newcomers.samples.filter(({ code }) => code === 0);
  const ended = cluster.logs.named('worker ended as hung');
  const silentMs = Number(/\d+/.exec(String(ended[0]?.reason))?.[0]);
  const all = [direct, proxied, newcomers].flatMap(({ samples }) => samples);
  // One worker alone may refuse (429) what two would take.
  const lateFailures = broken(all).map(({ at }) => (at - frozenAt) / 1000);
  const hung = (await cluster.scrape()).sum('gte_worker_restarts_total', { reason: 'hung' });
  return [
    atMost({ en: 'slowest scrape', zh: '最慢一次抓取' }, scrapes.slowestMs, 50, 'ms', SCRAPE_BUSY),
    reported({ en: 'the first one, before the freeze', zh: '冻结前的首次抓取' }, scrapes.firstMs, 'ms'),
    exactly({ en: 'scrapes failed or torn', zh: '失败或不完整的抓取' }, scrapes.faults.length, 0),
    exactly({ en: 'series that fell', zh: '回退的序列' }, scrapes.fallen.size, 0),
    atMost(
      { en: 'out of service after its last push (its log)', zh: '距最后一次推送到退出服务（其日志）' },
      silentMs / 1000,
      2,
      's',
    ),
    atMost(
      { en: 'gone from /workers after the freeze', zh: '冻结到从 /workers 消失' },
      goneMs / 1000,
      2,
      's',
    ),
    atMost(
      { en: 'last failed request sent after the freeze', zh: '冻结后最晚发出的失败请求' },
      Math.max(0, ...lateFailures),
      2,
      's',
    ),
    reported({ en: 'new worker ready after', zh: '新进程就绪耗时' }, replacedMs / 1000, 's'),
    exactly({ en: 'counted as hung', zh: '计为 hung' }, hung, 1),
    atMost(
      { en: 'failed requests of one client through nginx', zh: '经 nginx 单个客户端失败请求数' },
      worstClient(proxied.samples),
      1,
    ),
    atMost(
      { en: 'failed requests of one direct client', zh: '直连单个客户端失败请求数' },
      worstClient(direct.samples),
      1,
    ),
    reported(
      { en: 'failed through nginx and directly', zh: '经 nginx 与直连的失败总数' },
      failed(proxied.samples).length + failed(direct.samples).length,
      '',
    ),
    reported({ en: 'new direct connections', zh: '新建直连数' }, newcomers.samples.length, ''),
    reported({ en: 'of them closed without an answer', zh: '其中未得应答即关闭' }, closed.length, ''),
    // The one on its way to the worker; the primary gives it no other until it has taken that.
    atMost(
      { en: 'of these made 0.1 s after the freeze or later', zh: '其中冻结 0.1 s 后新建的' },
      closed.filter(({ at }) => at > frozenAt + FROZEN_MS).length,
      1,
    ),
    atMost(
      { en: 'longest that any client waited', zh: '客户端最长等待' },
      Math.max(...all.map(({ ms }) => ms)) / 1000,
      5,
      's',
    ),
  ];
}

export const frozenWorker = experiment(
  'frozen-worker',
  { en: 'A worker frozen (SIGSTOP)', zh: '工作进程被冻结（SIGSTOP）' },
  async (_, pid) => void process.kill(pid, 'SIGSTOP'),
);

export const endlessLoop = experiment(
  'endless-loop',
  { en: 'A main thread in an endless loop', zh: '主线程陷入死循环' },
  (cluster, pid) => evaluateIn(cluster, pid, 'for (;;);'),
);
