// npm run bench:loop [-- seconds]: latency of GET /healthz while every worker runs 512-token embeddings without a pause,
// beside the same with nothing else running. The event loop must not wait for the model: exit code 1 when p99 under load is
// above the bound, or a worker had too little to do for that to mean anything.
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { slotSocket } from '../src/worker/server.ts';
import { metricSum, startService } from '../test/e2e/service.ts';

const MAX_P99_MS = 10;
const MIN_BUSY = 0.8;
/** In which this process and the service compile what they run. */
const WARM_UP_SECONDS = 2;
const slots = [0, 1];
const seconds = Number(process.argv[2] ?? 10);
const body = { task_type: 'embedding', input_text: '中国人民银行行长在世界经济论坛上发表讲话。'.repeat(40) };

/** The workers in turn, each on one kept connection to its socket, as nginx asks. */
async function healthLatencies(runDir: string, forSeconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const ask = async (slot: number) => {
    const sent = request({ agent, socketPath: slotSocket(runDir, slot), path: '/healthz' }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
  };
  const latencies: number[] = [];
  const end = performance.now() + forSeconds * 1000;
  for (let i = 0; performance.now() < end; i += 1) {
    const startedAt = performance.now();
    await ask(i % slots.length);
    latencies.push(performance.now() - startedAt);
    await sleep(5);
  }
  agent.destroy();
  return latencies.sort((a, b) => a - b);
}

/** Without a pause, in a thread of its own: reading its answers must not delay the latencies that are measured here. */
function startLoad(url: string): Worker {
  const ask = `
    const { url, body, connections } = require('node:worker_threads').workerData;
    const headers = { 'content-type': 'application/json' };
    const forever = async () => {
      for (;;) await (await fetch(url + '/predict', { method: 'POST', headers, body })).arrayBuffer();
    };
    for (let i = 0; i < connections; i += 1) forever();`;
  const workerData = { url, body: JSON.stringify(body), connections: slots.length * 4 };
  return new Worker(ask, { eval: true, workerData });
}

const at = (sorted: number[], share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;

const service = await startService({ workers: slots.length });
const busySeconds = () =>
  Promise.all(
    slots.map((slot) =>
      metricSum(service.metricsUrl, 'gte_inference_busy_seconds_total', { slot: String(slot) }),
    ),
  );
try {
  await healthLatencies(service.runDir, WARM_UP_SECONDS);
  const idle = await healthLatencies(service.runDir, seconds);
  const load = startLoad(service.url);
  await sleep(1000);
  const before = await busySeconds();
  const loaded = await healthLatencies(service.runDir, seconds);
  const after = await busySeconds();
  await load.terminate();
  console.log(`GET /healthz, ms        p50     p99     max   requests`);
  for (const [name, sorted] of Object.entries({ idle, 'under load': loaded })) {
    const [p50, p99, max] = [0.5, 0.99, 1].map((share) => at(sorted, share).toFixed(2).padStart(7));
    console.log(`${name.padEnd(18)} ${p50} ${p99} ${max} ${String(sorted.length).padStart(10)}`);
  }
  const busy = slots.map((slot) => ((after[slot] ?? 0) - (before[slot] ?? 0)) / seconds);
  console.log(`inference threads busy ${busy.map((share) => `${Math.round(100 * share)} %`).join(', ')}`);
  const p99 = at(loaded, 0.99);
  const faults = [
    ...(p99 > MAX_P99_MS ? [`p99 under load is above ${MAX_P99_MS} ms`] : []),
    ...(Math.min(...busy) < MIN_BUSY ? ['a worker was not under load'] : []),
  ];
  for (const fault of faults) console.error(`bench:loop: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await service.stop();
}
