import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Aggregator, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createChangeReader } from '../../../src/metrics/change-reader.ts';
import { createPrimaryMetrics } from '../../../src/metrics/primary-metrics.ts';
import type { MetricsPush } from '../../../src/metrics/push-format.ts';
import { createMetricsLedger } from '../../../src/primary/metrics-ledger.ts';
import { parseExposition } from '../../metrics/parse-exposition.ts';

function start() {
  const warnings: string[] = [];
  let nowMs = 0;
  const metrics = createPrimaryMetrics({ slots: [0, 1] });
  const ledger = createMetricsLedger({
    metrics,
    logger: { warn: (_: unknown, message?: string) => void warnings.push(message ?? '') },
    now: () => nowMs,
  });
  return {
    ...ledger,
    metrics,
    warnings,
    advance: (ms: number) => {
      nowMs += ms;
    },
    text: async () => parseExposition(await ledger.render(Registry.PROMETHEUS_CONTENT_TYPE), 'text'),
    openMetrics: async () =>
      parseExposition(await ledger.render(Registry.OPENMETRICS_CONTENT_TYPE), 'openmetrics'),
  };
}

const counted = (value: number, labels: Record<string, string> = {}): MetricsPush => ({
  metrics: [
    {
      type: 'counter',
      name: 'a_total',
      labels: Object.keys(labels),
      samples: [[Object.values(labels), value]],
    },
  ],
});

const measured = (value: number, slot = '0', aggregator: Aggregator = 'sum'): MetricsPush => ({
  metrics: [{ type: 'gauge', name: 'g', aggregator, labels: ['slot'], samples: [[[slot], value]] }],
});

const observed = (edges: number[], buckets: [number, number][], count: number): MetricsPush => ({
  metrics: [{ type: 'histogram', name: 'h', labels: [], edges, samples: [[[], count, count, buckets]] }],
});

test('When a worker is retired, then its counters stay and its gauges go', async () => {
  const ledger = start();
  ledger.apply(1, 0, counted(5));
  ledger.apply(1, 0, measured(3));
  ledger.apply(2, 1, measured(4, '1'));
  ledger.retire(1);
  const scrape = await ledger.text();
  assert.equal(scrape.sum('a_total'), 5);
  assert.deepEqual(
    scrape.find('g').map(({ labels }) => labels.slot),
    ['1'],
  );
});

test('When two workers of one slot overlap, then their gauges are merged as the metric says', async () => {
  const ledger = start();
  ledger.apply(1, 0, measured(3));
  ledger.apply(2, 0, measured(4));
  assert.equal((await ledger.text()).sum('g', { slot: '0' }), 7);
});

test('When a gauge is to be left out, then it is, of one worker and of two', async () => {
  const ledger = start();
  ledger.apply(1, 0, measured(3, '0', 'omit'));
  assert.deepEqual((await ledger.text()).find('g'), []);
  ledger.apply(2, 1, measured(4, '1', 'omit'));
  assert.deepEqual((await ledger.text()).find('g'), []);
});

test('When workers and the primary count the same, then one family has the sum', async () => {
  const ledger = start();
  const labels = { reason: 'crash', slot: '1' };
  const { metrics: changes } = counted(5, labels);
  ledger.metrics.workerRestarts.inc(labels);
  ledger.apply(1, 0, {
    metrics: changes.map((change) => ({ ...change, name: 'gte_worker_restarts_total' })),
  });
  for (const scrape of [await ledger.text(), await ledger.openMetrics()])
    assert.equal(scrape.sum('gte_worker_restarts_total', labels), 6);
});

test('When a push comes after retirement, then it counts and brings no gauge back', async () => {
  const ledger = start();
  ledger.apply(1, 0, counted(5));
  ledger.retire(1);
  ledger.apply(1, 0, counted(2));
  ledger.apply(1, 0, measured(9));
  const scrape = await ledger.text();
  assert.equal(scrape.sum('a_total'), 7);
  assert.deepEqual(scrape.find('g'), []);
  assert.equal(ledger.worker(1), undefined);
});

test('When counters are rendered as OpenMetrics twice and then as text, then names and values stay right', async () => {
  const ledger = start();
  ledger.apply(1, 0, counted(5));
  assert.equal((await ledger.openMetrics()).sum('a_total'), 5);
  assert.equal((await ledger.openMetrics()).types.get('a'), 'counter');
  const text = await ledger.text();
  assert.equal(text.types.get('a_total'), 'counter');
  assert.equal(text.sum('gte_worker_restarts_total'), 0);
  assert.equal(text.find('gte_worker_restarts_total').length, 12);
});

test('When the primary counts, then its own metrics stand beside the totals', async () => {
  const ledger = start();
  ledger.metrics.workerRestarts.inc({ reason: 'crash', slot: '1' });
  ledger.metrics.workers.set({ state: 'ready' }, 2);
  const scrape = await ledger.openMetrics();
  assert.equal(scrape.sum('gte_worker_restarts_total', { reason: 'crash', slot: '1' }), 1);
  assert.equal(scrape.sum('gte_workers', { state: 'ready' }), 2);
});

test('When versions have different edges, then all edges are there and no count falls', async () => {
  const ledger = start();
  ledger.apply(
    1,
    0,
    observed(
      [1, 5],
      [
        [0, 10],
        [1, 20],
      ],
      40,
    ),
  );
  const before = await ledger.text();
  ledger.apply(
    2,
    0,
    observed(
      [2, 5, 9],
      [
        [0, 1],
        [2, 3],
      ],
      4,
    ),
  );
  const after = await ledger.text();
  assert.deepEqual(
    after.find('h_bucket').map(({ labels, value }) => [labels.le, value]),
    [
      ['1', 10],
      ['2', 11],
      ['5', 31],
      ['9', 34],
      ['+Inf', 44],
    ],
  );
  for (const { name, labels, value } of before.find('h_bucket')) assert.ok(after.sum(name, labels) >= value);
});

test('When a version adds a label and words the help anew, then both kinds of series stand in one family', async () => {
  const ledger = start();
  ledger.apply(1, 0, counted(5));
  ledger.apply(2, 0, counted(2, { b: 'x' }));
  ledger.apply(3, 0, { metrics: [{ ...counted(1, { b: 'x' }).metrics[0], help: 'New words.' }] });
  const scrape = await ledger.openMetrics();
  assert.equal(scrape.sum('a_total', { b: 'x' }), 3);
  assert.equal(scrape.sum('a_total'), 8);
  assert.match(await ledger.render(Registry.PROMETHEUS_CONTENT_TYPE), /^# HELP a_total New words\.$/m);
});

test('When versions name labels in another order, then it is the same series', async () => {
  const ledger = start();
  ledger.apply(1, 0, counted(5, { b: 'x', c: 'y' }));
  ledger.apply(2, 0, counted(2, { c: 'y', b: 'x' }));
  assert.deepEqual(
    (await ledger.text()).find('a_total').map(({ value }) => value),
    [7],
  );
});

test('When a version changes the type of a metric, then its values are left out and that is logged once', async () => {
  const ledger = start();
  ledger.apply(1, 0, counted(5));
  const gauge = { metrics: [{ ...measured(9).metrics[0], name: 'a_total' }, ...counted(1).metrics] };
  ledger.apply(2, 0, gauge);
  ledger.apply(2, 0, gauge);
  assert.equal((await ledger.text()).sum('a_total'), 7);
  assert.deepEqual(ledger.warnings, ['metric of another type ignored']);
});

const malformed: Record<string, unknown> = {
  nothing: undefined,
  null: null,
  'a string': 'metrics',
  'no list': { metrics: {} },
  'an unknown type': { metrics: [{ type: 'summary', name: 's', labels: [], samples: [] }] },
  'a name with a line break': { metrics: [{ type: 'counter', name: 'a\nb 1', labels: [], samples: [] }] },
  'a label name with a quote': { metrics: [{ type: 'counter', name: 'a', labels: ['b"'], samples: [] }] },
  'a decrement': counted(-1),
  'not a number': counted(Number.NaN),
  'null for a number': JSON.parse(JSON.stringify(counted(Number.NaN))),
  'too few label values': { metrics: [{ type: 'counter', name: 'a', labels: ['b'], samples: [[[], 1]] }] },
  'a bucket without an edge': observed([1], [[1, 1]], 1),
  'edges out of order': observed([2, 1], [], 1),
};

for (const [what, push] of Object.entries(malformed)) {
  test(`When a push holds ${what}, then it is dropped and logged, and the next one counts`, async () => {
    const ledger = start();
    ledger.apply(1, 0, push);
    assert.deepEqual(ledger.warnings, ['malformed metrics push dropped']);
    ledger.apply(1, 0, counted(1));
    assert.equal((await ledger.text()).sum('a_total'), 1);
  });
}

test('When one metric of a push is malformed, then the whole push is dropped', async () => {
  const ledger = start();
  ledger.apply(1, 0, { metrics: [...counted(5).metrics, ...counted(-1).metrics] });
  assert.deepEqual((await ledger.text()).find('a_total'), []);
});

test('When anything at all is pushed, then nothing is thrown and a scrape can still be read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (push) => {
      const ledger = start();
      ledger.apply(1, 0, push);
      ledger.apply(1, 0, { metrics: [push] });
      await ledger.text();
    }),
    { numRuns: 50 },
  );
});

test('When label values hold any characters, then each series comes back as it was', async () => {
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(',', 'b', 'c', ':', '"', '\\', '\n', '\uE000', 'm') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.tuple(value, value), { selector: JSON.stringify }), async (pairs) => {
      const ledger = start();
      for (const [i, [b, c]] of pairs.entries()) ledger.apply(i, 0, counted(i, { b, c }));
      for (const scrape of [await ledger.text(), await ledger.openMetrics()]) {
        const got = scrape.find('a_total').map(({ labels, value }) => [labels.b, labels.c, value]);
        assert.deepEqual(
          got,
          pairs.map(([b, c], i) => [b, c, i]),
        );
      }
    }),
    { numRuns: 100 },
  );
});

test('When a gauge is NaN or infinite, then it reads so in both formats', async () => {
  const ledger = start();
  const registry = new Registry();
  const gauge = new Gauge({ name: 'g', help: 'G.', labelNames: ['b'], registers: [registry] });
  gauge.set({ b: 'nan' }, Number.NaN);
  gauge.set({ b: 'inf' }, Infinity);
  gauge.set({ b: '-inf' }, -Infinity);
  ledger.apply(1, 0, JSON.parse(JSON.stringify(createChangeReader([{ registry, labels: {} }])())));
  for (const scrape of [await ledger.text(), await ledger.openMetrics()])
    assert.deepEqual(
      scrape.find('g').map(({ value }) => value),
      [Number.NaN, Infinity, -Infinity],
    );
});

test('When a registry is pushed in pieces, then the scrape equals the registry', async () => {
  const ledger = start();
  const registry = new Registry();
  const source = { registers: [registry], labelNames: ['b'], help: 'Help.' };
  const counter = new Counter({ name: 'a_total', ...source });
  const gauge = new Gauge({ name: 'g', ...source });
  const histogram = new Histogram({ name: 'h', buckets: [0.1, 0.5, 2], ...source });
  const read = createChangeReader([{ registry, labels: {} }]);
  for (let step = 0; step < 20; step++) {
    const labels = { b: String(step % 3) };
    counter.inc(labels, step);
    gauge.set(labels, step);
    histogram.observe(labels, step / 8);
    ledger.apply(1, 0, read());
  }
  const expected = parseExposition(await registry.metrics(), 'text');
  const scrape = await ledger.text();
  for (const { name, labels, value } of expected.samples) {
    const [sample] = scrape.find(name, labels);
    assert.equal(sample?.value, value, `${name} ${JSON.stringify(labels)}`);
  }
});

test('When a worker stops pushing, then its age grows in /metrics and in its report', async () => {
  const ledger = start();
  ledger.apply(1, 0, { metrics: [] });
  ledger.apply(2, 1, { metrics: [] });
  ledger.advance(1500);
  ledger.apply(2, 1, { metrics: [] });
  ledger.advance(500);
  const scrape = await ledger.text();
  assert.equal(scrape.sum('gte_worker_snapshot_age_seconds', { slot: '0' }), 2);
  assert.equal(scrape.sum('gte_worker_snapshot_age_seconds', { slot: '1' }), 0.5);
  assert.equal(ledger.worker(1)?.pushAgeMs, 2000);
  ledger.retire(1);
  assert.deepEqual((await ledger.text()).find('gte_worker_snapshot_age_seconds', { slot: '0' }), []);
});

test('When a worker reports requests, event loop and memory, then /workers can be told', () => {
  const ledger = start();
  ledger.apply(1, 0, { metrics: [] });
  assert.deepEqual(ledger.worker(1), { requests: 0, eventLoopP99Ms: null, rssBytes: null, pushAgeMs: 0 });
  const requests = { ...counted(3).metrics[0], name: 'gte_task_requests_total' };
  const gauge = (name: string, value: number) => ({ ...measured(value).metrics[0], name });
  for (let i = 0; i < 2; i++)
    ledger.apply(1, 0, {
      metrics: [
        requests,
        gauge('nodejs_eventloop_lag_p99_seconds', 0.0125),
        gauge('process_resident_memory_bytes', 1e8),
      ],
    });
  assert.deepEqual(ledger.worker(1), { requests: 6, eventLoopP99Ms: 12.5, rssBytes: 1e8, pushAgeMs: 0 });
});
