import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, reported } from '../check.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import { type Prometheus, startPrometheus } from '../cluster/start-prometheus.ts';
import type { Check, Experiment } from '../experiment.ts';
import { answered, capacityOf, failed, openLoad, type Sample } from '../load/load.ts';
import { startScraper } from '../watch/scraper.ts';

/** Of the capacity: one worker alone can bear it too, in the short form on a machine that has become slower. */
const [SHARE, SHORT_SHARE] = [0.25, 0.15];
const COUNTER = 'gte_task_requests_total';
/** Window of rate(), in seconds. */
const WINDOW = 10;

/**
 * Of what was answered: in some seconds the requests inside a killed worker, which nobody counts, are a large share of all.
 * The last 250 ms before each kill weigh more there, too.
 */
const SHORT_PERCENT = 12;
/** What a worker counted since its last push dies with it. */
const PUSH_MS = 250;
/** A client may not have noticed yet that its connection is gone. */
const UNNOTICED_MS = 100;

export const killedWorkers: Experiment = {
  name: 'killed-workers',
  title: {
    en: 'Three workers ended with SIGKILL under steady load, Prometheus scraping each second',
    zh: '稳定负载下三次 SIGKILL 工作进程，Prometheus 每秒抓取',
  },
  promise: {
    en: '`increase()` within 1 % of what clients sent; no counter reset; peak `rate()` ≤ 1.1 × the true peak; only requests inside the killed worker fail',
    zh: '`increase()` 与客户端发出数相差 ≤ 1 %；计数器不回退；`rate()` 峰值 ≤ 真实峰值的 1.1 倍；只有被杀进程内的请求失败',
  },
  async run(run) {
    const cluster = await startCluster(run);
    const capacity = await capacityOf(cluster.url, { ms: run.full ? 5000 : 1000, clients: 4 });
    await sleep(1000); // until it is counted
    const prometheus = run.full ? await startPrometheus(run, cluster) : undefined;
    const scraper = startScraper({
      metricsUrl: cluster.metricsUrl,
      intervalMs: run.full ? 500 : 250,
      counter: COUNTER,
    });
    await sleep(run.full ? 3000 : 500);

    const share = run.full ? SHARE : SHORT_SHARE;
    const load = openLoad(cluster.url, { perSecond: Math.min(60, share * capacity) });
    const pauseMs = run.full ? 20_000 : 3000;
    const kills: number[] = [];
    for (const round of [0, 1, 2]) {
      await sleep(pauseMs);
      await cluster.ready(); // else nobody is left to answer
      const { pid = 0 } = (await cluster.workers())[round % 2] ?? {};
      run.say(`SIGKILL to ${pid}`);
      kills.push(performance.now());
      process.kill(pid, 'SIGKILL');
    }
    await sleep(pauseMs);
    const samples = await load.stop();
    await cluster.ready();
    await sleep(run.full ? 2500 : 1000); // the last push, and a scrape of it
    const scrapes = await scraper.stop();

    const counted = scrapes.increase;
    const expected = run.full ? samples : answered(samples);
    const inside = (sample: Sample) =>
      kills.some((at) => sample.at <= at + UNNOTICED_MS && sample.at + sample.ms >= at);
    const inDoubt = (sample: Sample) =>
      inside(sample) || kills.some((at) => Math.abs(at - PUSH_MS / 2 - sample.at - sample.ms) <= PUSH_MS / 2);
    return [
      atMost(
        { en: 'increase of the counter off by', zh: '计数增量误差' },
        deviation(counted, expected.length),
        run.full ? 1 : SHORT_PERCENT,
        '%',
        1,
      ),
      atMost({ en: 'counted, but never sent', zh: '计数多于发出' }, Math.max(0, counted - samples.length), 0),
      atMost(
        {
          en: 'not counted, against what ended in the last push interval',
          zh: '未计数 ÷ 最后一个推送周期内结束数',
        },
        (samples.length - counted) / Math.max(1, samples.filter(inDoubt).length),
        1,
        '',
        2,
      ),
      exactly({ en: 'series that fell', zh: '回退的序列' }, scrapes.fallen.size, 0),
      exactly(
        { en: 'failed requests outside the killed worker', zh: '被杀进程之外的失败请求' },
        failed(samples).filter((sample) => !inside(sample)).length,
        0,
      ),
      reported({ en: 'failed inside it', zh: '被杀进程内的失败请求' }, failed(samples).length, ''),
      reported({ en: 'requests', zh: '请求数' }, samples.length, ''),
      ...(prometheus ? await checkPrometheus(prometheus, samples) : []),
    ];
  },
};

async function checkPrometheus(prometheus: Prometheus, samples: readonly Sample[]): Promise<Check[]> {
  // Exactly from the first sample to the last: beyond them increase() would extrapolate.
  const { from, to: at } = await prometheus.span(COUNTER);
  const increase = await prometheus.query(
    `sum(increase(${COUNTER}[${Math.ceil((at - from) * 1000) + 1}ms]))`,
    at,
  );
  const peak = await prometheus.query(`max_over_time(sum(rate(${COUNTER}[${WINDOW}s]))[10m:1s])`, at);
  return [
    atMost(
      { en: "Prometheus' increase() off by", zh: 'Prometheus 的 increase() 误差' },
      deviation(increase, samples.length),
      1,
      '%',
      1,
    ),
    atMost({ en: 'peak rate() ÷ true peak', zh: 'rate() 峰值 ÷ 真实峰值' }, peak / truePeak(samples), 1.1),
  ];
}

const deviation = (counted: number, sent: number) => (Math.abs(counted - sent) / sent) * 100;

/** Most answers within any window, per second. */
function truePeak(samples: readonly Sample[]): number {
  const ends = samples.map(({ at, ms }) => at + ms).sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  ends.forEach((end, i) => {
    while (end - (ends[first] ?? 0) > WINDOW * 1000) first += 1;
    most = Math.max(most, i - first + 1);
  });
  return most / WINDOW;
}
