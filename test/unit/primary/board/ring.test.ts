import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fold } from '../../../../src/primary/board/columns.ts';
import { createRing } from '../../../../src/primary/board/ring.ts';
import { createBrowserRing } from './browser-modules.ts';

const FOLDS: readonly Fold[] = ['sum', 'max', 'min'];
const floats = (buffer: Buffer) => [
  ...new Float32Array(buffer.buffer, buffer.byteOffset, buffer.byteLength / 4),
];

test('When rows come for one step, then they are folded by column', () => {
  const ring = createRing(4, FOLDS);
  ring.add(0, [1, 5, 5]);
  ring.add(0, [2, 3, 3]);
  assert.deepEqual(floats(ring.read()), [3, 5, 3]);
});

test('When a gauge had no value, then the next value of the step counts', () => {
  const ring = createRing(4, FOLDS);
  ring.add(0, [0, Number.NaN, 4]);
  ring.add(0, [0, 7, Number.NaN]);
  assert.deepEqual(floats(ring.read()), [0, 7, 4]);
});

test('When steps are skipped, then they stand as zeros', () => {
  const ring = createRing(4, ['sum']);
  ring.add(0, [1]);
  ring.add(2, [3]);
  assert.deepEqual(floats(ring.read()), [1, 0, 3]);
});

test('When more steps pass than there are rows, then the newest stay, oldest first', () => {
  const ring = createRing(3, ['sum']);
  for (let i = 0; i < 8; i++) ring.add(i, [i]);
  assert.deepEqual(floats(ring.read()), [5, 6, 7]);
  assert.equal(ring.last, 7);
});

test('When a row is older than the newest, then it is ignored', () => {
  const ring = createRing(3, ['sum']);
  ring.add(5, [1]);
  ring.add(4, [9]);
  assert.deepEqual(floats(ring.read()).at(-1), 1);
});

test('When any rows come in any distance, then the ring of the browser holds what the primary holds', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 100 })), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(steps, fc.nat(39), (given, loadAfter) => {
      const primary = createRing(5, FOLDS);
      const browser = createBrowserRing({ rows: 5, stepSeconds: 1 }, FOLDS);
      let index = 0;
      for (const [i, [distance, value]] of given.entries()) {
        index += distance;
        const row = [value, value, value];
        primary.add(index, row);
        if (i === loadAfter) browser.load(new Float32Array(floats(primary.read())), primary.last);
        else if (i > loadAfter) browser.add(index, row);
      }
      if (loadAfter >= given.length) return;
      const held = floats(primary.read());
      const first = primary.last + 1 - held.length / 3;
      for (let i = first; i <= primary.last; i++)
        assert.deepEqual([...(browser.folded(i, i) ?? [])], held.slice((i - first) * 3, (i - first + 1) * 3));
      assert.equal(browser.folded(first - 3, first - 1), undefined);
    }),
  );
});
