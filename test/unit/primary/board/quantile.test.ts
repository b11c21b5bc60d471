import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantile } from './browser-modules.ts';

test('When observations lie in a bucket, then the quantile is linear between its edges', () => {
  assert.equal(quantile(0.5, [0, 10, 0], [1, 2]), 1.5);
  assert.equal(quantile(0.95, [10, 10, 0], [1, 2]), 1.9);
});

test('When they lie in the first bucket, then its lower edge is 0', () => {
  assert.equal(quantile(0.5, [4, 0, 0], [1, 2]), 0.5);
});

test('When they lie above the last edge, then the quantile is that edge', () => {
  assert.equal(quantile(0.99, [0, 0, 3], [1, 2]), 2);
});

test('When there are none, then it is not a number', () => {
  assert.ok(Number.isNaN(quantile(0.5, [0, 0, 0], [1, 2])));
});
