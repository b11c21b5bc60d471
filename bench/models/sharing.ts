// node --import ./test/typescript.mjs bench/models/sharing.ts MODEL_FOLDER [most workers]: a large encoder beside the
// starter's extractor, with and without the weights that workers share: memory (PSS of primary and workers), load times, cost
// of a text by length, and sentiment's latency while large requests run. Ratios hold within one run.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricSum, type Service, startService } from '../../test/e2e/service.ts';

const [folder, most = '4'] = process.argv.slice(2);
if (folder === undefined) throw new Error('name a model folder, e.g. one made by bench/models/add.ts');
const SENTENCE = '中国人民银行行长在世界经济论坛上发表讲话。';
const cacheDir = await mkdtemp(join(tmpdir(), 'gte-cache-'));

/** Proportional set size: shared pages count by their share, so that processes add up. */
const pssMb = (pid: number) =>
  Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;

async function run(workers: number, shared: boolean): Promise<Service> {
  return startService({
    workers,
    env: {
      GTE_ENCODER_DIR: folder ?? '',
      GTE_CACHE_DIR: shared ? cacheDir : '/dev/null/none',
      GTE_DEADLINE_MS: '600000',
      GTE_LOG_LEVEL: 'warn',
    },
  });
}

/** Asks the worker of a slot by its own socket; gives the milliseconds that took. */
async function ask(service: Service, slot: number, body: object): Promise<number> {
  const startedAt = performance.now();
  const sent = request({
    socketPath: join(service.runDir, `slot-${slot}.sock`),
    method: 'POST',
    path: '/predict',
    headers: { 'Content-Type': 'application/json' },
  });
  sent.end(JSON.stringify(body));
  const [answer] = await once(sent, 'response');
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`answered with ${answer.statusCode}`);
  return performance.now() - startedAt;
}

const embedding = (tokens: number) => ({
  task_type: 'embedding',
  input_text: Array.from(SENTENCE.repeat(30))
    .slice(0, tokens - 2)
    .join(''),
});
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

console.log('workers  weights   PSS MB  load s');
for (const workers of [1, 2, 4].filter((n) => n <= Number(most))) {
  for (const shared of [false, true]) {
    if (shared) await (await run(1, true)).stop(); // the copy is made once, not measured here
    const service = await run(workers, shared);
    try {
      for (let slot = 0; slot < workers; slot += 1) await ask(service, slot, embedding(512));
      const pids = [service.primary.pid ?? 0, ...(await service.workers()).map(({ pid }) => pid)];
      const pss = pids.reduce((sum, pid) => sum + pssMb(pid), 0);
      const load = await metricSum(service.metricsUrl, 'gte_model_load_seconds', {
        model: 'starter/extractor',
      });
      console.log(
        `${workers}        ${shared ? 'shared ' : 'private'}  ${pss.toFixed(0).padStart(7)}  ${load.toFixed(1)}`,
      );
    } finally {
      await service.stop();
    }
  }
}

const service = await run(1, true);
try {
  console.log('\ntokens   ms a text (median of 9)');
  for (const tokens of [16, 64, 128, 512]) {
    const times: number[] = [];
    for (let i = 0; i < 9; i += 1) times.push(await ask(service, 0, embedding(tokens)));
    console.log(`${String(tokens).padEnd(8)} ${median(times).toFixed(1)}`);
  }
  const sentiment = { task_type: 'sentiment', input_text: '房间很干净，下次还会住这里。' };
  const p95 = async () => {
    const times: number[] = [];
    for (let i = 0; i < 60; i += 1) times.push(await ask(service, 0, sentiment));
    return times.sort((a, b) => a - b)[Math.floor(0.95 * times.length)] ?? 0;
  };
  const alone = await p95();
  let running = true;
  const load = Array.from({ length: 4 }, async () => {
    while (running) await ask(service, 0, embedding(512));
  });
  const beside = await p95();
  running = false;
  await Promise.all(load);
  const large = median([
    await ask(service, 0, embedding(512)),
    await ask(service, 0, embedding(512)),
    await ask(service, 0, embedding(512)),
  ]);
  console.log(
    `\nsentiment, P95 ms: ${alone.toFixed(0)} alone, ${beside.toFixed(0)} while four 512-token texts are always waiting`,
  );
  console.log(
    `one 512-token text: ${large.toFixed(0)} ms; sentiment waits for ${(beside / large).toFixed(1)} of them`,
  );
} finally {
  await service.stop();
  await rm(cacheDir, { recursive: true });
}
