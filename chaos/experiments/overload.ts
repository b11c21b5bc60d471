import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, reported } from '../check.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import { startNginx } from '../cluster/start-nginx.ts';
import type { Experiment } from '../experiment.ts';
import { answered, capacityOf, closedLoad, openLoad, quantileMs, type Sample } from '../load/load.ts';
import { residentBytes } from '../watch/process-info.ts';

const DEADLINE_MS = 10_000;
const TIMES = 10;
/** Full speed again: a second with this share of the capacity. */
const FULL_SPEED = 0.9;

/** Paragraphs of about 50 to 400 tokens: long enough that the model is the bottleneck, not the client. */
const SENTENCES = [
  '小米集团首席执行官雷军宣布，新款手机定价3999元起。',
  '央行宣布下调存款准备金率0.5个百分点，释放长期资金约1万亿元。',
];
const TASKS = ['ner', 'sentiment', 'classification', 'embedding'];
const body = (i: number) =>
  JSON.stringify({
    task_type: TASKS[i % TASKS.length],
    input_text: (SENTENCES[i % SENTENCES.length] ?? '').repeat(2 + ((i * 7) % 11)),
  });

export const overload: Experiment = {
  name: 'overload',
  title: {
    en: 'Overload: ten times the capacity for 60 s, then back',
    zh: '过载：十倍容量持续 60 秒，然后恢复',
  },
  promise: {
    en: 'p99 of accepted requests ≤ the deadline and ≤ 3 × p99 at 80 % load; the rest 429 with Retry-After, or 504; memory ± 5 %; full speed ≤ 2 s after',
    zh: '被接受请求的 p99 ≤ 时限且 ≤ 80 % 负载时 p99 的 3 倍；其余返回 429（带 Retry-After）或 504；内存变化 ≤ 5 %；2 秒内恢复全速',
  },
  async run(run) {
    const cluster = await startCluster(run, { env: { GTE_DEADLINE_MS: String(DEADLINE_MS) } });
    const { url } = await startNginx(run, cluster, { deadlineMs: DEADLINE_MS });
    const pids = (await cluster.workers()).map(({ pid }) => pid);
    const memory = () => pids.reduce((sum, pid) => sum + residentBytes(pid), 0);

    await capacityOf(url, { ms: run.full ? 10_000 : 1500, bodyOf: body }); // warms up
    const perSecond = await capacityOf(url, { ms: run.full ? 20_000 : 2000, bodyOf: body });
    run.say(`capacity ${perSecond.toFixed(0)} requests/s`);
    const normal = await steady(url, 0.8 * perSecond, run.full ? 60_000 : 3000);
    const memoryBefore = memory();
    const flood = await steady(url, TIMES * perSecond, run.full ? 60_000 : 4000);
    const memoryAfter = memory();
    const endedAt = performance.now();
    const again = closedLoad(url, { clients: 16, bodyOf: body });
    await sleep(run.full ? 6000 : 3000);
    const after = await again.stop();

    const accepted = answered(flood);
    const refused = flood.filter(({ code }) => code === 429);
    const codes = [...new Set(flood.map(({ code }) => code))]
      .sort()
      .filter((code) => ![200, 429, 504].includes(code));
    const [p99, p99Normal] = [quantileMs(accepted, 0.99), quantileMs(answered(normal), 0.99)];
    return [
      reported({ en: 'capacity', zh: '容量' }, perSecond, '/s'),
      reported({ en: 'p99 at 80 %', zh: '80 % 负载 p99' }, p99Normal, 'ms'),
      reported({ en: 'sent in the overload', zh: '过载时发出' }, flood.length, ''),
      reported(
        { en: 'accepted, against the capacity', zh: '接受量与容量之比' },
        (accepted.length / (run.full ? 60 : 4) / perSecond) * 100,
        '%',
      ),
      atMost({ en: 'p99 of accepted', zh: '被接受请求 p99' }, p99, DEADLINE_MS, 'ms'),
      atMost({ en: 'against p99 at 80 %', zh: '与 80 % 负载 p99 之比' }, p99 / p99Normal, 3, '', true),
      exactly(
        { en: 'answers but 200, 429, 504', zh: '200、429、504 之外的应答' },
        codes.join(' ') || 'none',
        'none',
      ),
      exactly(
        { en: '429 without a whole Retry-After', zh: '缺少 Retry-After 的 429' },
        refused.filter(({ retryAfter }) => !/^[1-9]\d*$/.test(retryAfter ?? '')).length,
        0,
      ),
      atMost(
        { en: 'memory changed by', zh: '内存变化' },
        Math.abs(memoryAfter / memoryBefore - 1) * 100,
        5,
        '%',
      ),
      atMost(
        { en: 'full speed after', zh: '恢复全速耗时' },
        secondsToSpeed(after, endedAt, FULL_SPEED * perSecond),
        2,
        's',
      ),
    ];
  },
};

async function steady(url: string, perSecond: number, ms: number): Promise<readonly Sample[]> {
  const load = openLoad(url, { perSecond, bodyOf: body });
  await sleep(ms);
  return load.stop();
}

/** When the first second begins in which this many are answered. */
function secondsToSpeed(samples: readonly Sample[], from: number, perSecond: number): number {
  const ends = answered(samples).map(({ at, ms }) => at + ms - from);
  for (let start = 0; start < 10_000; start += 100) {
    if (ends.filter((end) => end >= start && end < start + 1000).length >= perSecond) return start / 1000;
  }
  return Number.NaN;
}
