import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createColumns } from '../../../../src/primary/board/columns.ts';
import {
  COARSE_ROWS,
  createHistory,
  FINE_ROWS,
  historyBytes,
} from '../../../../src/primary/board/history.ts';

const MEBIBYTE = 2 ** 20;

test('When a service has 1, 16 or 256 workers, then its history stays within the documented bound', () => {
  for (const [workers, mebibytes] of [
    [1, 2.9],
    [16, 3.7],
    [256, 16.6],
  ] as const) {
    const columns = createColumns(workers);
    const history = createHistory(columns);
    assert.equal(history.bytes, historyBytes(columns));
    assert.ok(history.bytes <= mebibytes * MEBIBYTE, `${workers} workers: ${history.bytes / MEBIBYTE} MiB`);
  }
});

test('When more than a day of seconds has passed, then memory is what it was and both steps are full', () => {
  const columns = createColumns(1);
  const history = createHistory(columns);
  const before = history.bytes;
  const row = new Float64Array(columns.width).fill(1);
  for (let second = 0; second < 25 * 3600; second++) history.add(second, row);
  assert.equal(history.bytes, before);
  assert.equal(history.fine.read().length, FINE_ROWS * columns.width * 4);
  assert.equal(history.coarse.read().length, COARSE_ROWS * columns.width * 4);
});

test('When a minute has passed, then its row holds the sums of counters and the worst of gauges', () => {
  const columns = createColumns(1);
  const history = createHistory(columns);
  const row = new Float64Array(columns.width);
  const { statuses, active, ready } = columns.groups;
  for (let second = 0; second < 60; second++) {
    row[statuses.start] = 2;
    row[active.start] = second;
    row[ready.start] = second === 30 ? 0 : 1;
    history.add(second, row);
  }
  const minute = new Float32Array(history.coarse.read().buffer);
  assert.equal(minute[statuses.start], 120);
  assert.equal(minute[active.start], 59);
  assert.equal(minute[ready.start], 0);
});
