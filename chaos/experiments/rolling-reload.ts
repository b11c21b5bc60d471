import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/e2e/until.ts';
import { atLeast, exactly, reported } from '../check.ts';
import { builtFile } from '../cluster/private-build.ts';
import { type Cluster, startCluster } from '../cluster/start-cluster.ts';
import { startNginx } from '../cluster/start-nginx.ts';
import type { Experiment } from '../experiment.ts';
import { closedLoad, failed } from '../load/load.ts';
import { startScraper } from '../watch/scraper.ts';

/** Between two requests of a client: in the short form some 35 requests a second, which leave the reloads room. */
const SHORT_PAUSE_MS = 400;

export const rollingReload: Experiment = {
  name: 'rolling-reload',
  title: {
    en: 'Rolling reload (SIGUSR2) twice under keep-alive load without retries, directly and through nginx, the second onto a build with other histogram buckets',
    zh: '无重试的长连接负载下两次滚动重载（SIGUSR2），直连与经 nginx；第二次换成直方图分桶不同的版本',
  },
  promise: {
    en: '0 failed requests; never fewer than N − 1 ready workers; totals monotone',
    zh: '0 个失败请求；就绪进程不少于 N − 1；总量单调',
  },
  sharesCores: true,
  limitMinutes: 15,
  async run(run) {
    const cluster = await startCluster(run, { env: { GTE_DRAIN_MS: '5000', GTE_LOG_LEVEL: 'info' } });
    const nginx = await startNginx(run, cluster, { drainMs: 5000 });
    const old = await cluster.workers();
    const scraper = startScraper({ metricsUrl: cluster.metricsUrl, intervalMs: 250 });
    const count = run.full ? 50_000 : 200;
    const pauseMs = run.full ? 0 : SHORT_PAUSE_MS;
    const direct = closedLoad(cluster.url, { clients: 8, count, pauseMs });
    const proxied = closedLoad(nginx.url, { clients: 8, count, pauseMs });
    const part = (share: number) =>
      until(
        `${share} of the requests are sent`,
        () => direct.samples.length + proxied.samples.length >= 2 * count * share,
        1_200_000,
      );

    await part(0.2);
    await reload(cluster, 1);
    run.say('first reload done');
    await part(0.5);
    await moveBuckets(cluster.dir);
    await reload(cluster, 2);
    run.say('second reload done');
    await Promise.all([direct.done, proxied.done]);
    await sleep(1000);
    const scrapes = await scraper.stop();

    const now = await cluster.workers();
    const replaced = (await cluster.scrape())
      .find('gte_worker_restarts_total')
      .filter(({ labels }) => labels.reason === 'reload')
      .reduce((sum, { value }) => sum + value, 0);
    return [
      reported({ en: 'requests', zh: '请求数' }, direct.samples.length + proxied.samples.length, ''),
      exactly({ en: 'failed directly', zh: '直连失败' }, failed(direct.samples).length, 0),
      exactly({ en: 'failed through nginx', zh: '经 nginx 失败' }, failed(proxied.samples).length, 0),
      atLeast({ en: 'fewest ready workers (of 2)', zh: '最少就绪进程数（共 2 个）' }, scrapes.fewestReady, 1),
      exactly({ en: 'series that fell', zh: '回退的序列' }, scrapes.fallen.size, 0),
      exactly(
        { en: 'old workers left', zh: '残留旧进程' },
        old.filter(({ pid }) => now.some((row) => row.pid === pid)).length,
        0,
      ),
      exactly({ en: 'restarts counted as reload', zh: '记为重载的重启' }, replaced, 4),
    ];
  },
};

async function reload(cluster: Cluster, round: number): Promise<void> {
  cluster.primary.kill('SIGUSR2');
  await until(`reload ${round}`, () => cluster.logs.named('reloaded').length >= round, 120_000);
  await cluster.ready();
}

/** Another version of the build: one edge fewer, one more, in the latency histograms. */
async function moveBuckets(dir: string): Promise<void> {
  const edges = /0?\.3,\s*0?\.5,\s*0?\.75/;
  const path = await builtFile(dir, edges);
  const moved = (await readFile(path, 'utf8')).replace(edges, '0.4, 0.5, 0.6, 0.75');
  await writeFile(path, moved);
}
