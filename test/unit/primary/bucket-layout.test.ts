import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type BucketLayout,
  cumulativeCounts,
  unionOfEdges,
} from '../../../src/primary/ledger/bucket-layout.ts';

const layout = fc
  .uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 })
  .chain((edges) =>
    fc.record({
      edges: fc.constant(edges.sort((a, b) => a - b)),
      counts: fc.array(fc.nat(50), { minLength: edges.length, maxLength: edges.length }),
    }),
  );

test('When there is one layout, then its counts are summed from edge to edge', () => {
  assert.deepEqual(cumulativeCounts([{ edges: [1, 2, 5], counts: [3, 0, 4] }], [1, 2, 5]), [3, 3, 7]);
});

test('When layouts differ, then each counts at its greatest edge below or at the edge asked for', () => {
  const old = { edges: [1, 5], counts: [10, 20] };
  const next = { edges: [2, 5], counts: [1, 2] };
  assert.deepEqual(unionOfEdges([old.edges, next.edges]), [1, 2, 5]);
  assert.deepEqual(cumulativeCounts([old, next], [1, 2, 5]), [10, 11, 33]);
});

test('When any layouts are merged, then counts never fall from edge to edge', () => {
  fc.assert(
    fc.property(fc.array(layout), (layouts) => {
      const counts = cumulativeCounts(layouts, unionOfEdges(layouts.map(({ edges }) => edges)));
      assert.deepEqual(
        counts,
        counts.toSorted((a, b) => a - b),
      );
    }),
  );
});

test('When a layout comes or an observation is added, then no count at any edge falls', () => {
  fc.assert(
    fc.property(fc.array(layout, { minLength: 1 }), layout, fc.nat(), (layouts, newcomer, seed) => {
      const before = unionOfEdges(layouts.map(({ edges }) => edges));
      const countsBefore = cumulativeCounts(layouts, before);
      const grown: BucketLayout[] = [...layouts.map((l) => ({ ...l, counts: [...l.counts] })), newcomer];
      const counts = grown[seed % grown.length]?.counts as number[];
      counts[seed % counts.length] = (counts[seed % counts.length] as number) + 1;
      const after = unionOfEdges(grown.map(({ edges }) => edges));
      const countsAfter = cumulativeCounts(grown, after);
      for (const [i, edge] of before.entries())
        assert.ok((countsAfter[after.indexOf(edge)] as number) >= (countsBefore[i] as number));
    }),
  );
});
