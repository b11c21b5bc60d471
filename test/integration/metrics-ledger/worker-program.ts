/** A worker without a service: counts, stalls and dies as it is told to. Arguments: slot, edges of test_seconds. */
import { writeSync } from 'node:fs';
import { Histogram, Registry } from 'prom-client';
import type { WorkerMessage } from '../../../src/ipc.ts';
import { createWorkerMetrics } from '../../../src/metrics/worker-metrics.ts';
import { createMetricsPush } from '../../../src/worker/metrics-push.ts';

export type Order =
  /** Counts so many requests; at once, in one tick. */
  | { order: 'count'; requests: number }
  /** Counts a request a millisecond from now on. */
  | { order: 'count-on' }
  | { order: 'observe'; seconds: number[] }
  /** Counts, and ends this way before a timer can fire. */
  | { order: 'count-and-end'; requests: number; how: 'drain' | 'exit' | 'throw' | 'reject' };

const [slot = '0', edges = '[1]'] = process.argv.slice(2);
const metrics = createWorkerMetrics({ slot: Number(slot) });
const registry = new Registry();
const observations = new Histogram({
  name: 'test_seconds',
  help: 'Observations.',
  buckets: JSON.parse(edges),
  registers: [registry],
});
let counted = 0;
const push = createMetricsPush([...metrics.sources, { registry, labels: {} }], tell);

process.on('message', (message: Order | { type: 'metrics-ack' }) => {
  if ('type' in message) push.acknowledged();
  else obey(message);
});

function obey(order: Order): void {
  if (order.order === 'count') count(order.requests);
  if (order.order === 'count-on') setInterval(count, 1, 1);
  if (order.order === 'observe') for (const seconds of order.seconds) observations.observe(seconds);
  if (order.order === 'count-and-end') {
    count(order.requests);
    end(order.how);
  }
}

function end(how: 'drain' | 'exit' | 'throw' | 'reject'): void {
  if (how === 'throw') throw new Error('a bug');
  if (how === 'reject') void Promise.reject(new Error('a bug'));
  if (how === 'drain') void push.flush().then(() => process.exit());
  if (how === 'exit') process.exit();
}

function count(requests: number): void {
  metrics.taskRequests.inc({ task_type: 'ner', status: 'success' }, requests);
  counted += requests;
}

/** Writes how many requests the system has taken over, past the channel that is under test. */
function tell(message: WorkerMessage): Promise<void> {
  const held = counted;
  return new Promise((resolve) => {
    process.send?.(message, undefined, {}, () => {
      writeSync(1, `${held}\n`);
      resolve();
    });
  });
}
