import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference } from '../../../src/tasks/difference.ts';
import { checkGolden } from '../../../src/tasks/golden.ts';
import { createTasks } from '../../../src/tasks/index.ts';
import { createPredictor } from '../../../src/tasks/predictor.ts';
import { createScriptedEngine } from '../../model/scripted-engine.ts';
import { starterManifest } from '../../model/starter.ts';

const predictor = createPredictor(createTasks(starterManifest), createScriptedEngine());
const scores = { negative: 0.5, positive: 0.5 };
const sentiment = (answer: Record<string, number>, text = '好') =>
  ({ task: 'sentiment', head: 'sentiment', text, answer }) as const;
const golden = (allowed: number, ...rows: ReturnType<typeof sentiment>[]) => ({
  ...starterManifest,
  golden: { score_tolerance: 0.1, rows_may_differ: allowed, rows },
});

test('When scores lie within the tolerance, then no row differs', async () => {
  const manifest = golden(0, sentiment({ negative: 0.55, positive: 0.45 }));
  assert.deepEqual(await checkGolden(predictor, manifest), { rows: 1, different: [], passed: true });
});

test('When more rows differ than may, then the check fails and says which', async () => {
  const wrong = sentiment({ negative: 0.1, positive: 0.9 });
  const report = await checkGolden(predictor, golden(1, sentiment(scores), wrong, wrong));
  assert.equal(report.passed, false);
  assert.deepEqual(report.different, [
    'golden row 1 (sentiment): label is "negative" instead of "positive"',
    'golden row 2 (sentiment): label is "negative" instead of "positive"',
  ]);
  assert.equal((await checkGolden(predictor, golden(2, wrong, wrong))).passed, true);
});

test('When a row can not be asked, then it counts as different', async () => {
  const manifest = golden(0, sentiment(scores, ' '));
  const { passed, different } = await checkGolden(predictor, manifest);
  assert.equal(passed, false);
  assert.deepEqual(different, ['golden row 0 (sentiment): input_text must not be empty or blank']);
});

test('When two answers are compared, then offsets are exact and scores are not', () => {
  const row = [{ start: 0, end: 4, type: 'x', score: 0.9 }];
  const same = (found: unknown) => difference(row, found, 0.02) === undefined;
  assert.ok(same([{ start: 0, end: 4, type: 'x', score: 0.885, text: 'more' }]));
  assert.ok(!same([{ start: 0, end: 4, type: 'x', score: 0.87 }]));
  assert.ok(!same([{ start: 0, end: 4.01, type: 'x', score: 0.9 }]));
  assert.ok(!same([{ start: 0, end: 4, type: 'y', score: 0.9 }]));
  assert.ok(!same([{ start: 0, end: 4, type: 'x' }]));
  assert.ok(!same([...row, ...row]));
  assert.ok(!same([]));
  assert.ok(!same(undefined));
  assert.equal(difference({ a: null }, { a: 1 }, 1), 'a is 1 instead of null');
  assert.equal(difference({ embedding: [1, 2] }, { embedding: [1, 2, 3] }, 0), undefined);
});
