import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestAnswer } from '../../../../src/model/decode/best-answer.ts';
import { matrix } from '../../../model/matrix.ts';

const head = {
  output: 'answer',
  order: ['end', 'start'] as ('start' | 'end')[],
  null_token: 0,
  null_margin: 0,
  question_tokens: 48,
  window_tokens: 224,
  stride_tokens: 96,
};
/** [end, start] of [CLS], a question token, then the context. */
const logits = matrix([
  [1, 2],
  [50, 50],
  [0, 4],
  [0, 0],
  [7, 0],
  [50, 50],
]);

test('When the context holds the best span, then its margin is over the null token', () => {
  assert.deepEqual(bestAnswer(logits, { begin: 2, end: 5 }, head, 40), { first: 2, last: 4, margin: 8 });
});

test('When the best end is too far away, then a nearer one is taken', () => {
  assert.deepEqual(bestAnswer(logits, { begin: 2, end: 5 }, head, 2), { first: 3, last: 4, margin: 4 });
});

test('When the window holds no context, then there is no answer', () => {
  assert.equal(bestAnswer(logits, { begin: 2, end: 2 }, head, 40), undefined);
});
