import { setTimeout as sleep } from 'node:timers/promises';
import { atLeast, atMost, exactly, reported } from '../check.ts';
import { type Cluster, startCluster } from '../cluster/start-cluster.ts';
import { startNginx } from '../cluster/start-nginx.ts';
import type { Experiment, Run } from '../experiment.ts';
import {
  answered,
  capacityOf,
  closedLoad,
  openLoad,
  quantileMs,
  refused,
  type Sample,
} from '../load/load.ts';
import { sampleMemory } from '../watch/sample-memory.ts';

const DEADLINE_MS = 10_000;
const TIMES = 10;
/** Full speed again: a second with this share of the capacity. */
const FULL_SPEED = 0.9;
/** A refused client asks again after this long: the probe must not be a flood of its own. */
const PROBE_PAUSE_MS = 100;
const PROBE_MS = 20_000;
const SHORT_PROBE_MS = 6000;
/** The end of the probe that says what the machine gives by then: it is not always what it gave before. */
const SETTLED_MS = 3000;
const AGAINST_NORMAL = { en: 'against p99 at 80 %', zh: '与 80 % 负载 p99 之比' };

/**
 * One text for all: each request then costs the same, a batch holds one of them (more than half of its 256 tokens), and
 * requests per second are a capacity of which 80 % and ten times mean something. With mixed lengths the short texts would
 * be accepted, the long ones refused, and more of them answered than the "capacity".
 */
const TEXT = '小米集团首席执行官雷军宣布，新款手机定价3999元起。'.repeat(7);
const BODY = JSON.stringify({ task_type: 'ner', input_text: TEXT });
const bodyOf = () => BODY;

export const overload: Experiment = {
  name: 'overload',
  title: {
    en: 'Overload: ten times the capacity for 60 s, then back (every request the same text of some 175 tokens, so that capacity is a number of requests)',
    zh: '过载：十倍容量持续 60 秒，然后恢复（每个请求都是约 175 词元的同一文本，容量才能以请求数计）',
  },
  promise: {
    en: 'p99 of accepted requests ≤ the deadline and ≤ 3 × p99 at 80 % load; the rest 429 with Retry-After, or 504; memory of all processes ± 5 % throughout; full speed for new clients ≤ 2 s after the last request was sent',
    zh: '被接受请求的 p99 ≤ 时限且 ≤ 80 % 负载时 p99 的 3 倍；其余返回 429（带 Retry-After）或 504；所有进程内存全程变化 ≤ 5 %；最后一个请求发出后 2 秒内对新客户端恢复全速',
  },
  async run(run) {
    const cluster = await startCluster(run, { env: { GTE_DEADLINE_MS: String(DEADLINE_MS) } });
    const { url } = await startNginx(run, cluster, { deadlineMs: DEADLINE_MS });
    const floodMs = run.full ? 60_000 : 4000;

    await capacityOf(url, { ms: run.full ? 10_000 : 1500, bodyOf }); // warms up
    const perSecond = await capacityOf(url, { ms: run.full ? 20_000 : 2000, bodyOf });
    run.say(`capacity ${perSecond.toFixed(0)} requests/s`);
    const normal = await atEighty(run, cluster, url, 0.8 * perSecond);

    const load = openLoad(url, { perSecond: TIMES * perSecond, bodyOf });
    const memory = sampleMemory(cluster);
    await sleep(floodMs);
    // The clock runs from the last request that is sent, not from the last answer: who comes now stands behind them.
    const endedAt = performance.now();
    const pending = load.stop();
    const probe = closedLoad(url, { clients: 16, bodyOf, refusedPauseMs: PROBE_PAUSE_MS });
    // What was accepted in the flood takes its share of the machine until it is answered.
    const settling = pending.then(() => sleep(SETTLED_MS));
    await Promise.all([settling, sleep(run.full ? PROBE_MS : SHORT_PROBE_MS)]);
    const probedAt = performance.now();
    const flood = await pending;
    const sizes = memory.stop();
    const recovery = answered(await probe.stop()).map(({ at, ms }) => at + ms);
    const settled = recovery.filter((at) => at > probedAt - SETTLED_MS && at <= probedAt);
    const speedAfter = (settled.length / SETTLED_MS) * 1000;
    const speedS = secondsToSpeed(recovery, endedAt, FULL_SPEED * Math.min(perSecond, speedAfter));

    const accepted = answered(flood);
    const within = accepted.filter(({ at, ms }) => at + ms <= endedAt).length;
    const refusals = refused(flood);
    const codes = [...new Set(flood.map(({ code }) => code))]
      .sort()
      .filter((code) => ![200, 429, 504].includes(code));
    const [p99, p99Normal] = [quantileMs(accepted, 0.99), quantileMs(answered(normal.samples), 0.99)];
    const ofCapacity = (count: number) => (count / (floodMs / 1000) / perSecond) * 100;
    const off = sizes.map((size) => (size / normal.memory - 1) * 100);
    return [
      reported({ en: 'capacity', zh: '容量' }, perSecond, '/s'),
      reported({ en: 'p99 at 80 %', zh: '80 % 负载 p99' }, p99Normal, 'ms'),
      atLeast(
        { en: 'sent in the overload, against the capacity', zh: '过载发出量与容量之比' },
        ofCapacity(flood.length),
        TIMES * 95,
        '%',
      ),
      atMost(
        { en: 'answered meanwhile, against the capacity', zh: '期间应答量与容量之比' },
        ofCapacity(within),
        120, // else the capacity was taken too low, and ten times of it is less than that
        '%',
      ),
      atMost({ en: 'p99 of accepted', zh: '被接受请求 p99' }, p99, DEADLINE_MS, 'ms'),
      // Some seconds of flood, its sender on the same cores, measure the sender too.
      run.full ? atMost(AGAINST_NORMAL, p99 / p99Normal, 3) : reported(AGAINST_NORMAL, p99 / p99Normal, ''),
      exactly(
        { en: 'answers but 200, 429, 504', zh: '200、429、504 之外的应答' },
        codes.join(' ') || 'none',
        'none',
      ),
      exactly(
        { en: '429 without a whole Retry-After', zh: '缺少 Retry-After 的 429' },
        refusals.filter(({ retryAfter }) => !/^[1-9]\d*$/.test(retryAfter ?? '')).length,
        0,
      ),
      reported(
        { en: 'longest Retry-After', zh: '最长 Retry-After' },
        Math.max(...refusals.map(({ retryAfter }) => Number(retryAfter))),
        's',
      ),
      atMost(
        { en: 'memory, highest, above that at 80 %', zh: '内存最高值高于 80 % 负载时' },
        Math.max(...off),
        5,
        '%',
      ),
      atMost({ en: 'memory, lowest, below it', zh: '内存最低值低于 80 % 负载时' }, -Math.min(...off), 5, '%'),
      atMost({ en: 'full speed after', zh: '恢复全速耗时' }, speedS, 2, 's', 8),
      atLeast(
        { en: 'speed in the end, against the capacity', zh: '最终速度与容量之比' },
        (speedAfter / perSecond) * 100,
        FULL_SPEED * 100,
        '%',
        2,
      ),
    ];
  },
};

/** Steady load, and the median of all memory in its second half. */
async function atEighty(
  run: Run,
  cluster: Cluster,
  url: string,
  perSecond: number,
): Promise<{ samples: readonly Sample[]; memory: number }> {
  const ms = run.full ? 60_000 : 3000;
  const load = openLoad(url, { perSecond, bodyOf });
  await sleep(ms / 2);
  const memory = sampleMemory(cluster);
  await sleep(ms / 2);
  const sizes = memory.stop().sort((a, b) => a - b);
  return { samples: await load.stop(), memory: sizes[Math.floor(sizes.length / 2)] ?? Number.NaN };
}

/** When the first second begins in which this many are answered; NaN when there is none. */
function secondsToSpeed(ends: readonly number[], from: number, perSecond: number): number {
  const end = ends.find((at) => ends.filter((each) => each > at - 1000 && each <= at).length >= perSecond);
  return end === undefined ? Number.NaN : Math.max(0, end - 1000 - from) / 1000;
}
