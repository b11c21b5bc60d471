// npm run bench:loop [seconds]: latency of GET /healthz while every worker runs 512-token embeddings without a pause, beside
// the same with nothing else running. The event loop must not wait for the model.
import { setTimeout as sleep } from 'node:timers/promises';
import { metricSum, predict, startService } from '../test/e2e/service.ts';

const seconds = Number(process.argv[2] ?? 10);
const workers = 2;
const body = { task_type: 'embedding', input_text: '中国人民银行行长在世界经济论坛上发表讲话。'.repeat(40) };

async function healthLatencies(url: string): Promise<number[]> {
  const latencies: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const startedAt = performance.now();
    await (await fetch(`${url}/healthz`)).arrayBuffer();
    latencies.push(performance.now() - startedAt);
    await sleep(5);
  }
  return latencies.sort((a, b) => a - b);
}

const at = (sorted: number[], share: number) =>
  (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2);

const service = await startService({ workers });
try {
  const idle = await healthLatencies(service.url);
  let running = true;
  const load = Array.from({ length: workers * 2 }, async () => {
    while (running) await predict(service.url, body);
  });
  await sleep(1000);
  const before = await metricSum(service.metricsUrl, 'gte_inference_busy_seconds_total');
  const loaded = await healthLatencies(service.url);
  const busy = (await metricSum(service.metricsUrl, 'gte_inference_busy_seconds_total')) - before;
  running = false;
  await Promise.all(load);
  console.log(`GET /healthz, ms        p50     p99     max   requests`);
  for (const [name, sorted] of Object.entries({ idle, 'under load': loaded })) {
    const [p50, p99, max] = [0.5, 0.99, 1].map((share) => at(sorted, share).padStart(7));
    console.log(`${name.padEnd(18)} ${p50} ${p99} ${max} ${String(sorted.length).padStart(10)}`);
  }
  console.log(`inference threads busy ${Math.round((100 * busy) / seconds / workers)} % of the time`);
} finally {
  await service.stop();
}
