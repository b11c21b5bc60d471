import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCostModel } from '../../../src/batching/cost-model.ts';

const TOKENS = 100;

/** A lane whose batches have taken 50 ms. */
function known() {
  const cost = createCostModel();
  cost.observe('extractor', TOKENS, 50);
  return cost;
}

test('When a lane never ran, then its work costs nothing, so that it is admitted', () => {
  assert.equal(known().predictMs('encoder', TOKENS), 0);
});

test('When the machine pauses for a minute during one batch, then the next prediction rises by a third at most', () => {
  const cost = known();
  cost.observe('extractor', TOKENS, 60_000);
  const predicted = cost.predictMs('extractor', TOKENS);
  assert.ok(predicted > 50 && predicted < 67, `${predicted} ms`);
});

test('When every batch takes ten times as long, then nine of them later the prediction is near it', () => {
  const cost = known();
  for (let batch = 0; batch < 9; batch++) cost.observe('extractor', TOKENS, 500);
  const predicted = cost.predictMs('extractor', TOKENS);
  assert.ok(predicted > 250 && predicted <= 500, `${predicted} ms`);
});

test('When all batches take their usual time, long or short, then nothing is slow', () => {
  const cost = known();
  for (let batch = 0; batch < 50; batch++) cost.observe('extractor', TOKENS, 50);
  for (let batch = 0; batch < 50; batch++) cost.observe('extractor', TOKENS / 10, 15);
  assert.equal(cost.slowdown('extractor'), 1);
  assert.equal(cost.slowdown('encoder'), 1);
});

test('When batches take twice as long as usual, then that is known twenty of them later; half as long is not slow', () => {
  const cost = known();
  for (let batch = 0; batch < 1000; batch++) cost.observe('extractor', TOKENS, 50);
  for (let batch = 0; batch < 20; batch++) cost.observe('extractor', TOKENS, 100);
  const slow = cost.slowdown('extractor');
  assert.ok(slow > 1.8 && slow < 2, `${slow}`);
  for (let batch = 0; batch < 50; batch++) cost.observe('extractor', TOKENS, 25);
  assert.equal(cost.slowdown('extractor'), 1);
});

test('When batches go on to take twice as long, then some minutes of load later that is usual', () => {
  const cost = known();
  for (let batch = 0; batch < 3000; batch++) cost.observe('extractor', TOKENS, 50);
  for (let batch = 0; batch < 12_000; batch++) cost.observe('extractor', TOKENS, 100);
  assert.ok(cost.slowdown('extractor') < 1.05);
});
