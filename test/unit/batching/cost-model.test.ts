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
