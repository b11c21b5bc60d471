import { setTimeout as sleep } from 'node:timers/promises';
import { mixedBody } from '../../test/e2e/mixed-requests.ts';
import { atMost, exactly, reported } from '../check.ts';
import { type Cluster, startCluster } from '../cluster/start-cluster.ts';
import { startNginx } from '../cluster/start-nginx.ts';
import type { Check, Experiment, Run, Text } from '../experiment.ts';
import { answered, broken, capacityOf, openLoad, quantileMs, refused } from '../load/load.ts';
import { residentBytes } from '../watch/process-info.ts';

const SAMPLE_MS = 5000;
/** Of the capacity. Some seconds beside other processes can't tell it well enough for more than half of it. */
const [SHARE, SHORT_SHARE] = [0.8, 0.5];
/** Share of the run that is warm-up, and of what is compared at each end of the rest. */
const WARM_UP = 0.2;
const END = 0.2;
/** Share of the 5 s windows whose p99 must keep the promise: one window in twenty may hold a major collection. */
const WINDOWS = 0.95;
/** Node's delay histogram counts from timer to timer, so its own 10 ms period is in every value. */
const TIMER_MS = 10;

/** In ten seconds memory is still warming up, and other processes take the event loop's turn: only what is absurd is seen. */
const GROWTH_BUSY = 20;
const LOOP_BUSY = 20;

interface Sample {
  readonly heap: number;
  readonly rss: number;
  readonly primaryRss: number;
  /** Worst worker. */
  readonly loopP99Ms: number;
}

/** Steady load at 80 % of the capacity for so many minutes. */
export function soakFor(minutes: number, shortSeconds = 10): Experiment {
  return {
    name: `soak-${minutes}`,
    title: { en: `Soak: ${minutes} min at 80 % load`, zh: `浸泡测试：80 % 负载 ${minutes} 分钟` },
    promise: {
      en: 'heap and RSS growth ≤ 5 % after warm-up, event-loop p99 ≤ 10 ms in 95 % of all 5 s windows of the worst worker, no errors, ≤ 1 in 1000 refused',
      zh: '预热后堆与 RSS 增长 ≤ 5 %，最差进程 95 % 的 5 秒窗口内事件循环 p99 ≤ 10 ms，无错误，被拒绝的 ≤ 千分之一',
    },
    limitMinutes: minutes + 5,
    run: (run) => soak(run, run.full ? minutes * 60 : shortSeconds),
  };
}

async function soak(run: Run, seconds: number): Promise<Check[]> {
  const cluster = await startCluster(run, { env: { GTE_LOG_LEVEL: 'warn' } });
  const { url } = await startNginx(run, cluster);
  const share = run.full ? SHARE : SHORT_SHARE;
  const capacity = await capacityOf(url, { ms: Math.min(20_000, seconds * 100) });
  run.say(`capacity ${capacity.toFixed(0)} requests/s; ${seconds} s at ${share * 100} %`);

  const load = openLoad(url, {
    perSecond: share * capacity,
    bodyOf: (i) => JSON.stringify(mixedBody(i)),
  });
  const samples: Sample[] = [];
  const everyMs = Math.min(SAMPLE_MS, seconds * 50);
  const endAt = performance.now() + seconds * 1000;
  while (performance.now() < endAt) {
    await sleep(everyMs);
    samples.push(await take(cluster));
    if (samples.length % 120 === 0) run.say(`${Math.round((endAt - performance.now()) / 60_000)} min left`);
  }
  const requests = await load.stop();
  const errors = broken(requests);

  const kept = samples.slice(Math.floor(samples.length * WARM_UP));
  const end = Math.max(1, Math.floor(kept.length * END));
  const growth = (what: Text, of: (sample: Sample) => number, level = median) => {
    const [first, last] = [level(kept.slice(0, end).map(of)), level(kept.slice(-end).map(of))];
    return atMost(what, (last / first - 1) * 100, 5, '%', GROWTH_BUSY);
  };
  const loops = samples.map(({ loopP99Ms }) => loopP99Ms);
  return [
    reported({ en: 'requests', zh: '请求数' }, requests.length, ''),
    exactly({ en: 'errors (neither 200 nor 429)', zh: '错误（200、429 之外的应答）' }, errors.length, 0),
    exactly(
      { en: 'kinds of them (0: no answer)', zh: '其种类（0：没有应答）' },
      [...new Set(errors.map(({ code, error }) => `${code} ${error ?? ''}`.trim()))].join(', ') || 'none',
      'none',
    ),
    // 80 % of what the machine gave in the beginning is more on a machine that has become slower.
    atMost(
      { en: 'refused (429)', zh: '被拒绝（429）' },
      (refused(requests).length / requests.length) * 100,
      0.1,
      '%',
      50,
    ),
    // What garbage collection leaves: in between it is a saw.
    growth(
      { en: 'heap after collection grew by', zh: '回收后堆增长' },
      ({ heap }) => heap,
      (values) => Math.min(...values),
    ),
    growth({ en: 'RSS of the workers grew by', zh: '工作进程 RSS 增长' }, ({ rss }) => rss),
    growth({ en: 'RSS of the primary grew by', zh: '主进程 RSS 增长' }, ({ primaryRss }) => primaryRss),
    atMost(
      { en: 'event-loop p99, 95 % of windows', zh: '事件循环 p99，95 % 的窗口' },
      quantile(loops, WINDOWS),
      10,
      'ms',
      LOOP_BUSY,
    ),
    reported({ en: 'its median window', zh: '其中位窗口' }, median(loops), 'ms'),
    reported({ en: 'its worst window', zh: '其最差窗口' }, Math.max(...loops), 'ms'),
    reported({ en: 'p99 of answers', zh: '应答 p99' }, quantileMs(answered(requests), 0.99), 'ms'),
  ];
}

async function take(cluster: Cluster): Promise<Sample> {
  const scrape = await cluster.scrape();
  const pids = (await cluster.workers()).map(({ pid }) => pid);
  const ofWorkers = (name: string) =>
    scrape.find(name).flatMap(({ labels, value }) => (labels.slot === 'primary' ? [] : [value]));
  const p99s = ofWorkers('nodejs_eventloop_lag_p99_seconds').map((s) => s * 1000 - TIMER_MS);
  return {
    heap: ofWorkers('nodejs_heap_size_used_bytes').reduce((sum, bytes) => sum + bytes, 0),
    rss: pids.reduce((sum, pid) => sum + residentBytes(pid), 0),
    primaryRss: residentBytes(cluster.primary.pid ?? 0),
    loopP99Ms: Math.max(...p99s),
  };
}

const median = (values: readonly number[]) => quantile(values, 0.5);

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
