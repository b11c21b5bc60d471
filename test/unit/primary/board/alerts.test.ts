import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RESTART_REASONS, STAGES, STATUSES } from '../../../../src/metrics/definitions.ts';
import { loadBoardThresholds } from '../../../../src/primary/board/board-thresholds.ts';
import { BOARD_EDGES, BOARD_TASKS, createColumns } from '../../../../src/primary/board/columns.ts';
import { FINE_ROWS } from '../../../../src/primary/board/history.ts';
import { createAlerts, createBrowserRing, createMeasures } from './browser-modules.ts';

const columns = createColumns(2);
const { groups } = columns;
const thresholds = loadBoardThresholds('/nonexistent', () => undefined);
const QA = BOARD_TASKS.indexOf('qa');

/** A calm second: two workers ready, nothing asked. */
function calm(
  change: (
    set: (group: keyof typeof groups, member: number, k: number, value: number) => void,
  ) => void = () => {},
) {
  const row = new Float64Array(columns.width);
  row[groups.elapsed.start] = 1;
  row[groups.ready.start] = 2;
  row[groups.desired.start] = 2;
  change((group, member, k, value) => {
    row[groups[group].start + member * groups[group].stride + k] = value;
  });
  return row;
}

function watch(capacity?: number) {
  const hello = { columns, statuses: STATUSES, stages: STAGES, reasons: RESTART_REASONS, edges: BOARD_EDGES };
  const measures = createMeasures(hello);
  const ring = createBrowserRing({ rows: FINE_ROWS, stepSeconds: 1 }, columns.folds);
  const alerts = createAlerts(
    { measures, thresholds, taskCount: BOARD_TASKS.length, slots: 2 },
    ring,
    () => capacity,
  );
  let second = -1;
  return {
    alerts,
    ring,
    pass(row: Float64Array, seconds = 1) {
      for (let i = 0; i < seconds; i++) {
        ring.add(++second, row);
        alerts.at(second);
      }
    },
    firing: () => alerts.firing.map(({ kind, subject, since }) => [kind, subject, since]),
  };
}

test('When all is calm, then nothing fires', () => {
  const { pass, firing } = watch();
  pass(calm(), 100);
  assert.deepEqual(firing(), []);
});

test('When a task fails too often, then it fires from that second on, and ends a minute after the last error', () => {
  const { pass, firing } = watch();
  pass(calm(), 5);
  pass(calm((set) => set('statuses', QA, STATUSES.indexOf('error'), 3)));
  pass(calm(), 3);
  assert.deepEqual(firing(), [['errors', QA, 5]]);
  pass(calm(), 60);
  assert.deepEqual(firing(), []);
});

test('When a single request fails, then nothing fires', () => {
  const { pass, firing } = watch();
  pass(calm((set) => set('statuses', QA, STATUSES.indexOf('error'), 1)));
  assert.deepEqual(firing(), []);
});

test('When a task’s P95 is above its threshold, then it fires with the minute’s P95', () => {
  const { pass, alerts } = watch();
  const bucket = BOARD_EDGES.indexOf(5);
  pass(
    calm((set) => {
      set('statuses', QA, STATUSES.indexOf('success'), 10);
      set('buckets', QA, bucket, 10);
    }),
  );
  const [alert] = alerts.firing;
  assert.equal(alert?.kind, 'latency');
  assert.equal(alert?.value, 2.5 + 2.5 * 0.95);
});

test('When several tasks are slow, then the slowest is told first, after the failing one', () => {
  const { pass, firing } = watch();
  pass(
    calm((set) => {
      for (const [task, edge] of [
        ['ner', 5],
        ['relation', 10],
        ['event', 2.5],
      ] as const) {
        const index = BOARD_TASKS.indexOf(task);
        set('statuses', index, STATUSES.indexOf('success'), 10);
        set('buckets', index, BOARD_EDGES.indexOf(edge), 10);
      }
      set('statuses', QA, STATUSES.indexOf('error'), 3);
    }),
  );
  assert.deepEqual(
    firing().map(([kind, task]) => [kind, BOARD_TASKS[Number(task)]]),
    [
      ['errors', 'qa'],
      ['latency', 'relation'],
      ['latency', 'ner'],
      ['latency', 'event'],
    ],
  );
});

test('When a worker is missing, then that fires at once; when it crashed, then for a minute', () => {
  const { pass, firing } = watch();
  pass(calm());
  pass(
    calm((set) => {
      set('ready', 0, 0, 1);
      set('failures', 1, 0, 1);
    }),
  );
  assert.deepEqual(firing(), [
    ['workers', undefined, 1],
    ['restarted', 1, 1],
  ]);
  pass(calm());
  assert.deepEqual(firing(), [['restarted', 1, 1]]);
});

test('When a queue is full for a moment, then nothing fires; when for ten seconds, then it fires', () => {
  const { pass, firing, alerts } = watch();
  const full = calm((set) => set('queueFill', 0, 0, 1));
  pass(full, 5);
  assert.deepEqual(firing(), []);
  assert.deepEqual([alerts.pending.length, alerts.levelOf('queue', 0)], [1, 'warn']);
  pass(full, 6);
  assert.deepEqual(firing(), [['queue', 0, 0]]);
  assert.deepEqual([alerts.pending.length, alerts.levelOf('queue', 0)], [0, 'bad']);
  assert.equal(alerts.levelOf('queue', 1), '');
});

test('When workers fail again and again, then the loop fires', () => {
  const { pass, firing } = watch();
  for (let i = 0; i < 4; i++) {
    pass(calm((set) => set('failures', 0, 0, 1)));
    pass(calm(), 70);
  }
  assert.deepEqual(
    firing().map(([kind]) => kind),
    ['restarts'],
  );
});

test('When the page opens late, then replaying the history gives the same beginnings', () => {
  const { pass, firing, alerts } = watch();
  pass(calm(), 20);
  pass(
    calm((set) => set('statuses', QA, STATUSES.indexOf('error'), 3)),
    4,
  );
  const before = firing();
  alerts.replay();
  assert.deepEqual(firing(), before);
});

test('When the load stays above four fifths of the measured capacity for a minute, then that fires, and below it not', () => {
  const busy = (perSecond: number) =>
    calm((set) => set('statuses', QA, STATUSES.indexOf('success'), perSecond));
  const { pass, firing } = watch(10);
  pass(busy(7), 200);
  assert.deepEqual(firing(), []);
  pass(busy(9), 100);
  assert.equal(firing()[0]?.[0], 'capacity');
  pass(busy(7), 60);
  assert.deepEqual(firing(), []);
});

test('When nobody measured the capacity, then no load is near it', () => {
  const { pass, firing } = watch();
  pass(
    calm((set) => set('statuses', QA, STATUSES.indexOf('success'), 1000)),
    200,
  );
  assert.deepEqual(firing(), []);
});

test('When one request of few is slow, then nothing fires; when a second is, then the latency fires', () => {
  const { pass, firing } = watch();
  const answered = (edge: number, count: number) =>
    calm((set) => {
      set('statuses', QA, STATUSES.indexOf('success'), count);
      set('buckets', QA, BOARD_EDGES.indexOf(edge), count);
    });
  pass(answered(0.05, 8));
  pass(answered(5, 1));
  assert.deepEqual(firing(), []);
  pass(answered(5, 1));
  assert.deepEqual(firing(), [['latency', QA, 2]]);
});

test('When several tasks fail a little, none of them too often, then the availability fires', () => {
  const { pass, firing } = watch();
  pass(
    calm((set) => {
      for (const task of BOARD_TASKS.keys()) {
        set('statuses', task, STATUSES.indexOf('success'), 50);
        set('statuses', task, STATUSES.indexOf('error'), 1);
      }
    }),
  );
  assert.deepEqual(firing(), [['availability', undefined, 0]]);
});
