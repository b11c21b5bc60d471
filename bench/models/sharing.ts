import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slotSocket } from '../../src/worker/server.ts';
import { metricSum, type Service, startService } from '../../test/e2e/service.ts';

const SENTENCE = '中国人民银行行长在世界经济论坛上发表讲话。';
const SENTIMENT = { task_type: 'sentiment', input_text: '房间很干净，下次还会住这里。' };
const WORKERS = [1, 2, 4];
const TOKENS = [16, 64, 128, 512];
const REPEATS = 5;
const SENTIMENT_REQUESTS = 20;
const WAITING_TEXTS = 4;

export interface SharingFigures {
  readonly memory: readonly {
    readonly workers: number;
    readonly weights: 'own' | 'shared';
    /** Proportional set size of primary and workers: shared pages count by their share, so that processes add up. */
    readonly pssMb: number;
    /** The slowest worker's model. */
    readonly loadSeconds: number;
    /** From starting the service until all workers are ready. */
    readonly readySeconds: number;
  }[];
  readonly cost: readonly { readonly tokens: number; readonly medianMs: number }[];
  readonly sentiment: {
    readonly aloneP95Ms: number;
    readonly besideP95Ms: number;
    readonly largeMs: number;
  };
}

/** An encoder beside the starter's extractor, with and without the weights that workers share. */
export async function measureSharing(encoderDir: string): Promise<SharingFigures> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'gte-cache-'));
  const start = (workers: number, weights: 'own' | 'shared') =>
    startService({
      workers,
      env: {
        GTE_ENCODER_DIR: encoderDir,
        GTE_CACHE_DIR: weights === 'shared' ? cacheDir : '/dev/null/none',
        GTE_DEADLINE_MS: '600000',
        GTE_LOG_LEVEL: 'warn',
      },
    });
  try {
    // Makes the copy, which is no part of any figure.
    await (await start(1, 'shared')).stop();
    const memory: SharingFigures['memory'][number][] = [];
    for (const workers of WORKERS)
      for (const weights of ['own', 'shared'] as const) {
        const startedAt = performance.now();
        const service = await start(workers, weights);
        const readySeconds = (performance.now() - startedAt) / 1000;
        try {
          memory.push({ workers, weights, readySeconds, ...(await measureMemory(service, workers)) });
        } finally {
          await service.stop();
        }
      }
    const service = await start(1, 'shared');
    try {
      return { memory, cost: await measureCost(service), sentiment: await measureSentiment(service) };
    } finally {
      await service.stop();
    }
  } finally {
    await rm(cacheDir, { recursive: true });
  }
}

/** After one text of 512 tokens on each worker. */
async function measureMemory(service: Service, workers: number) {
  await Promise.all(Array.from({ length: workers }, (_, slot) => ask(service, slot, embedding(512))));
  const pids = [service.primary.pid ?? 0, ...(await service.workers()).map(({ pid }) => pid)];
  return {
    pssMb: pids.reduce((sum, pid) => sum + pssMb(pid), 0),
    loadSeconds: await metricSum(service.metricsUrl, 'gte_model_load_seconds', {
      model: 'starter/extractor',
    }),
  };
}

async function measureCost(service: Service): Promise<SharingFigures['cost']> {
  const cost: SharingFigures['cost'][number][] = [];
  for (const tokens of TOKENS) {
    await ask(service, 0, embedding(tokens));
    const times: number[] = [];
    for (let i = 0; i < REPEATS; i += 1) times.push(await ask(service, 0, embedding(tokens)));
    cost.push({ tokens, medianMs: median(times) });
  }
  return cost;
}

async function measureSentiment(service: Service): Promise<SharingFigures['sentiment']> {
  const p95 = async () => {
    const times: number[] = [];
    for (let i = 0; i < SENTIMENT_REQUESTS; i += 1) times.push(await ask(service, 0, SENTIMENT));
    return times.sort((a, b) => a - b)[Math.ceil(0.95 * times.length) - 1] ?? Number.NaN;
  };
  await ask(service, 0, SENTIMENT);
  const aloneP95Ms = await p95();
  const large: number[] = [];
  for (let i = 0; i < 3; i += 1) large.push(await ask(service, 0, embedding(512)));
  let running = true;
  const load = Array.from({ length: WAITING_TEXTS }, async () => {
    while (running) await ask(service, 0, embedding(512));
  });
  try {
    return { aloneP95Ms, besideP95Ms: await p95(), largeMs: median(large) };
  } finally {
    running = false;
    await Promise.all(load);
  }
}

/** Asks the worker of a slot by its own socket; gives the milliseconds that took. */
async function ask(service: Service, slot: number, body: object): Promise<number> {
  const startedAt = performance.now();
  const sent = request({
    socketPath: slotSocket(service.runDir, slot),
    method: 'POST',
    path: '/predict',
    headers: { 'Content-Type': 'application/json' },
  });
  sent.end(JSON.stringify(body));
  const [answer] = await once(sent, 'response');
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`the service answered with ${answer.statusCode}`);
  return performance.now() - startedAt;
}

const embedding = (tokens: number) => ({
  task_type: 'embedding',
  input_text: Array.from(SENTENCE.repeat(30))
    .slice(0, tokens - 2)
    .join(''),
});

const pssMb = (pid: number) =>
  Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? Number.NaN) /
  1024;

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
