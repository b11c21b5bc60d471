import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRateLimit } from '../../../src/relay/rate-limit.ts';

test('When the minute is used up, then the next turn comes as its first one leaves the minute', () => {
  let now = 1000;
  const limit = createRateLimit(2, () => now);
  assert.equal(limit.take(), 0);
  now = 11_000;
  assert.equal(limit.take(), 0);
  now = 21_000;
  assert.equal(limit.take(), 40_000);
  now = 60_999;
  assert.equal(limit.take(), 1);
  now = 61_000;
  assert.equal(limit.take(), 0);
  assert.equal(limit.take(), 10_000);
});
