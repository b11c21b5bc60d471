import { setTimeout as sleep } from 'node:timers/promises';
import { atLeast, atMost, exactly, holds } from '../check.ts';
import { createFakeClock } from '../cluster/fake-clock.ts';
import { privateCheckout } from '../cluster/private-build.ts';
import { type Cluster, startCluster } from '../cluster/start-cluster.ts';
import type { Experiment } from '../experiment.ts';
import { closedLoad, failed } from '../load/load.ts';
import { startScraper } from '../watch/scraper.ts';

const HOUR_S = 3600;
const BUSY_CLIENT = 5;

export const clockSetBack: Experiment = {
  name: 'clock-set-back',
  title: { en: 'The clock is set back an hour, then forward two', zh: '系统时钟回拨一小时，再拨快两小时' },
  promise: {
    en: 'no crash, nobody taken for hung, no request fails, no wrong latency',
    zh: '不崩溃，不误判挂死，请求不失败，耗时不出错',
  },
  sharesCores: true,
  async run(run) {
    const dir = await privateCheckout(run);
    const clock = await createFakeClock(dir);
    const cluster = await startCluster(run, { dir, env: clock.env });
    const before = await cluster.workers();
    const scraper = startScraper({ metricsUrl: cluster.metricsUrl, intervalMs: run.full ? 100 : 250 });
    const load = closedLoad(cluster.url, { clients: 2, pauseMs: 20 });
    const pauseMs = run.full ? 10_000 : 2200;
    await sleep(1000);
    const real = loggedAt(cluster);
    await clock.shift(-HOUR_S);
    await sleep(pauseMs);
    const back = loggedAt(cluster);
    await clock.shift(HOUR_S);
    await sleep(pauseMs);
    const forward = loggedAt(cluster);
    await load.stop();
    await sleep(500);
    const scrapes = await scraper.stop();

    const scrape = await cluster.scrape();
    const counted = scrape.sum('gte_task_latency_seconds_sum');
    const seen = load.samples.reduce((sum, { ms }) => sum + ms / 1000, 0);
    const now = await cluster.workers();
    return [
      holds(
        { en: 'its clock did go back and forward', zh: '时钟确实被拨动' },
        back - real < -HOUR_S * 500 && forward - real > HOUR_S * 500,
      ),
      exactly({ en: 'failed requests', zh: '失败请求' }, failed(load.samples).length, 0),
      exactly(
        { en: 'workers ended', zh: '被结束的进程' },
        before.filter(({ pid }) => !now.some((row) => row.pid === pid)).length,
        0,
      ),
      atMost({ en: 'latency counted ÷ seen by clients', zh: '计入耗时 ÷ 客户端实测' }, counted / seen, 1),
      // Clients see their own sleep too, the more of it the busier the machine.
      atLeast({ en: 'and not too little', zh: '且不过小' }, counted / seen, 0.5, '', BUSY_CLIENT),
      exactly(
        { en: 'latencies counted', zh: '计入的耗时数' },
        scrape.sum('gte_task_latency_seconds_count'),
        load.samples.length,
      ),
      exactly({ en: 'series that fell', zh: '回退的序列' }, scrapes.fallen.size, 0),
    ];
  },
};

/** Unix milliseconds of the newest log line. */
function loggedAt({ logs }: Cluster): number {
  return Date.parse(String(/"time":"([^"]+)"/.exec(logs.newest)?.[1]));
}
