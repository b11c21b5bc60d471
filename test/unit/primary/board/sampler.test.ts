import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChangeReader } from '../../../../src/metrics/change-reader.ts';
import { RESTART_REASONS, STAGES, STATUSES } from '../../../../src/metrics/definitions.ts';
import { createPrimaryMetrics } from '../../../../src/metrics/primary-metrics.ts';
import { createWorkerMetrics } from '../../../../src/metrics/worker-metrics.ts';
import { BOARD_EDGES, BOARD_TASKS, createColumns } from '../../../../src/primary/board/columns.ts';
import { createSampler } from '../../../../src/primary/board/sampler.ts';
import { createMetricsLedger } from '../../../../src/primary/metrics-ledger.ts';
import { createMeasures } from './browser-modules.ts';

const PRESENCE = { ready: 2, desired: 2 };

/** Two workers, their ledger, and a sampler that reads it. */
function service() {
  const primary = createPrimaryMetrics({ slots: [0, 1] });
  const ledger = createMetricsLedger({ metrics: primary, logger: { warn: assert.fail } });
  const workers = [0, 1].map((slot) => {
    const metrics = createWorkerMetrics({ slot });
    const read = createChangeReader(metrics.sources);
    return { metrics, push: () => ledger.apply(slot, slot, read()) };
  });
  const columns = createColumns(2);
  const sampler = createSampler(columns);
  const measures = createMeasures({
    columns,
    statuses: STATUSES,
    stages: STAGES,
    reasons: RESTART_REASONS,
    edges: BOARD_EDGES,
  });
  return {
    primary,
    ledger,
    workers,
    sampler,
    measures,
    async sample(elapsedSeconds = 1) {
      for (const { push } of workers) push();
      return sampler.sample(await ledger.json(), PRESENCE, elapsedSeconds);
    },
  };
}

const NER = [BOARD_TASKS.indexOf('ner')];
const ALL = BOARD_TASKS.map((_, i) => i);

test('When workers count requests, then a row holds the increments of its second and the totals all of them', async () => {
  const { workers, sample, measures, sampler } = service();
  for (const { metrics } of workers) metrics.taskRequests.inc({ task_type: 'ner', status: 'success' }, 3);
  assert.equal(measures.requests(await sample(), NER), 6);
  assert.equal(measures.requests(await sample(), ALL), 0);
  workers[0]?.metrics.taskRequests.inc({ task_type: 'ner', status: 'error' });
  const row = await sample(2);
  assert.equal(measures.errorRatio(row, NER), 1);
  assert.equal(measures.requestRate(row, NER), 0.5);
  assert.deepEqual(sampler.totals()[NER[0] as number], [6, 1, 0, 0, 0]);
});

test('When latencies are observed, then the row has their buckets and Prometheus’ quantile of them', async () => {
  const { workers, sample, measures } = service();
  for (const seconds of [0.003, 0.03, 0.03, 0.2, 45])
    workers[1]?.metrics.taskLatency.observe({ task_type: 'ner' }, seconds);
  const row = await sample();
  const counts = [...measures.buckets(row, NER)];
  assert.equal(counts.at(BOARD_EDGES.indexOf(0.005)), 1);
  assert.equal(counts.at(BOARD_EDGES.indexOf(0.05)), 2);
  assert.equal(counts.at(BOARD_EDGES.indexOf(0.2)), 1);
  assert.equal(counts.at(-1), 1);
  assert.equal(
    counts.reduce((sum, n) => sum + n),
    5,
  );
  assert.equal(measures.latency(row, NER, 0.4), 0.025 + 0.025 * 0.5);
  assert.equal(measures.latency(row, NER, 0.99), 30);
});

test('When stages are observed, then their means are those of the second', async () => {
  const { workers, sample, measures } = service();
  await sample();
  workers[0]?.metrics.stageDuration.observe({ task_type: 'ner', stage: 'queue' }, 0.1);
  workers[1]?.metrics.stageDuration.observe({ task_type: 'ner', stage: 'queue' }, 0.3);
  const means = measures.stageMeans(await sample(), NER);
  assert.equal(means[STAGES.indexOf('queue')]?.toFixed(9), '0.200000000');
  assert.ok(Number.isNaN(means[STAGES.indexOf('infer')]));
});

test('When a worker dies, then its counts stay, its gauges go and the failure shows on its slot', async () => {
  const { workers, sample, measures, ledger, primary } = service();
  const [, second] = workers;
  second?.metrics.activeRequests.set({ task_type: 'ner' }, 4);
  second?.metrics.queueTokens.set(50);
  second?.metrics.queueLimitTokens.set(100);
  const before = await sample();
  assert.equal(measures.active(before, NER), 4);
  assert.equal(measures.slot(before, 1).queueFill, 0.5);
  second?.push();
  ledger.retire(1);
  primary.workerRestarts.inc({ slot: '1', reason: 'crash' });
  const after = await sample();
  assert.equal(measures.active(after, NER), 0);
  assert.ok(Number.isNaN(measures.slot(after, 1).queueFill));
  assert.equal(measures.slot(after, 1).failures, 1);
  assert.deepEqual(measures.restarts(after), [{ reason: 'crash', count: 1 }]);
});

test('When a slot is reloaded on purpose, then that is a restart and no failure', async () => {
  const { sample, measures, primary } = service();
  await sample();
  primary.workerRestarts.inc({ slot: '0', reason: 'reload' });
  const row = await sample();
  assert.deepEqual(measures.restarts(row), [{ reason: 'reload', count: 1 }]);
  assert.equal(measures.slot(row, 0).failures, 0);
});

test('When a label is unknown to the board, then the row does not hold it', async () => {
  const { workers, sample, measures } = service();
  workers[0]?.metrics.taskRequests.inc({ task_type: 'translation', status: 'success' });
  workers[0]?.metrics.inferenceBusySeconds.inc({ model: 'm' }, 0.5);
  const row = await sample();
  assert.equal(measures.requests(row, ALL), 0);
  assert.equal(measures.slot(row, 0).utilisation, 0.5);
});
