import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOARD_EDGES } from '../../../../src/primary/board/columns.ts';
import { createBrowserRing, intervalsOf, pointsOf, SPANS } from './browser-modules.ts';

function rings(seconds: number) {
  const fine = createBrowserRing({ rows: 900, stepSeconds: 1 }, ['sum']);
  const coarse = createBrowserRing({ rows: 1440, stepSeconds: 60 }, ['sum']);
  for (let second = 0; second < seconds; second++) {
    fine.add(second, [1]);
    coarse.add(Math.floor(second / 60), [1]);
  }
  return { fine, coarse };
}

test('When a span is drawn, then its points are as many as it has room for, and what is not known is a gap', () => {
  for (const span of Object.values(SPANS)) {
    const points = pointsOf(span, rings(30));
    assert.equal(points.length, span.seconds / span.pointSeconds);
    assert.equal(points[0]?.row, undefined);
    assert.notEqual(points.at(-1)?.row, undefined);
  }
});

test('When a second passes, then the borders of the points before stay', () => {
  const span = SPANS['15m'] as (typeof SPANS)[string];
  const values = (seconds: number) =>
    new Map(pointsOf(span, rings(seconds)).map(({ second, row }) => [second, row?.[0]]));
  const [before, after] = [values(1002), values(1003)];
  for (const second of [500, 900, 995]) assert.equal(before.get(second), after.get(second));
  assert.equal(before.get(1000), 2);
  assert.equal(after.get(1000), 3);
});

test('When latencies fall anywhere, then exactly one row of the matrix holds their bucket', () => {
  const intervals = intervalsOf(BOARD_EDGES);
  const held = intervals.flatMap(({ first, end }) =>
    Array.from({ length: end - first }, (_, i) => first + i),
  );
  assert.deepEqual(
    held,
    [...BOARD_EDGES, Infinity].map((_, i) => i),
  );
  for (const { upper, end } of intervals.slice(0, -1)) assert.equal(BOARD_EDGES[end - 1], upper);
});
