import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bioSpans } from '../../../../src/model/decode/bio-spans.ts';
import { matrix } from '../../../model/matrix.ts';

const scheme = { offset: 1, tags: ['O', 'B-x', 'I-x', 'B-y', 'I-y'] };
/** A row that is sure of one tag; the first column belongs to another scheme. */
const row = (tag: string) => [99, ...scheme.tags.map((t) => (t === tag ? 10 : 0))];
const spans = (...tags: string[]) =>
  bioSpans(matrix(tags.map(row)), scheme).map(({ first, last, type }) => `${type} ${first}-${last}`);

test('When tags make spans, then each runs from its B to its last I', () => {
  assert.deepEqual(spans('B-x', 'I-x', 'O', 'B-y', 'B-y', 'I-y'), ['x 0-1', 'y 3-3', 'y 4-5']);
});

test('When an I follows nothing of its type, then the path avoids it', () => {
  for (const span of spans('I-x', 'O', 'B-y', 'I-x')) assert.doesNotMatch(span, /^x 0-0$/);
  assert.deepEqual(spans('O', 'B-x', 'I-y').length, 1);
});

test('When there is no token, then there is no span', () => {
  assert.deepEqual(spans(), []);
});

test('When all tags are equally likely, then a score is their share', () => {
  const logits = matrix([[0, 0, 1e-3, 0, 0, 0]]);
  const [span] = bioSpans(logits, scheme);
  assert.ok(span && Math.abs(span.score - 0.2) < 1e-3);
});
