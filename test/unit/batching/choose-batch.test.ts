import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseBatch, MAX_BATCH_TOKENS, MAX_PADDING_RATIO } from '../../../src/batching/choose-batch.ts';
import type { Entry } from '../../../src/batching/queue.ts';

const entry = (tokens: number, lane = 'extractor'): Entry<number> => ({
  request: { ended: false },
  lane,
  input: tokens,
  tokens,
  costMs: 0,
  turn: 0,
});

test('When rows of any lengths wait, then the first is in the batch, tokens and padding stay in bounds, lanes stay apart', () => {
  const rows = fc.array(
    fc.record({ tokens: fc.integer({ min: 1, max: 512 }), lane: fc.constantFrom('extractor', 'encoder') }),
    { minLength: 1, maxLength: 400 },
  );
  fc.assert(
    fc.property(rows, (lengths) => {
      const waiting = lengths.map(({ tokens, lane }) => entry(tokens, lane));
      const batch = chooseBatch(waiting);
      const real = batch.reduce((sum, { tokens }) => sum + tokens, 0);
      const padded = Math.max(...batch.map(({ tokens }) => tokens)) * batch.length;
      assert.equal(batch[0], waiting[0]);
      assert.equal(new Set(batch).size, batch.length);
      assert.ok(batch.every(({ lane }) => lane === waiting[0]?.lane));
      if (batch.length > 1) assert.ok(padded <= MAX_BATCH_TOKENS && padded <= MAX_PADDING_RATIO * real);
    }),
  );
});

test('When short rows wait among long ones, then those of like length go together', () => {
  const batch = chooseBatch([20, 200, 21, 90, 19].map((tokens) => entry(tokens)));
  assert.deepEqual(batch.map(({ tokens }) => tokens).sort(), [19, 20, 21]);
});

test('When nothing waits, then there is no batch', () => {
  assert.deepEqual(chooseBatch([]), []);
});
