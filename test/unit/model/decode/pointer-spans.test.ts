import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pointerSpans } from '../../../../src/model/decode/pointer-spans.ts';
import { sigmoid } from '../../../../src/model/decode/sigmoid.ts';
import { matrix } from '../../../model/matrix.ts';

const spans = (rows: [start: number, end: number][], maxTokens = 40) =>
  pointerSpans(matrix(rows), { start: 0, end: 1, maxTokens }).map(({ first, last }) => [first, last]);

test('When a token is start and end, then it is a span by itself', () => {
  assert.deepEqual(
    spans([
      [-1, -1],
      [1, 1],
    ]),
    [[1, 1]],
  );
});

test('When several starts precede several ends, then the strongest of each make the span', () => {
  assert.deepEqual(
    spans([
      [1, -1],
      [3, -1],
      [2, -1],
      [-1, 1],
      [-1, 4],
      [-1, 2],
    ]),
    [[1, 4]],
  );
});

test('When a start follows an end, then a new span begins', () => {
  assert.deepEqual(
    spans([
      [1, -1],
      [-1, 1],
      [1, -1],
      [-1, 1],
    ]),
    [
      [0, 1],
      [2, 3],
    ],
  );
});

test('When an end precedes every start, or a start has no end, then there is no span', () => {
  assert.deepEqual(
    spans([
      [-1, 5],
      [5, -1],
    ]),
    [],
  );
});

test('When a span would be longer than allowed, then it is none', () => {
  const rows: [number, number][] = [
    [1, -1],
    [-1, -1],
    [-1, 1],
  ];
  assert.deepEqual(spans(rows, 3), [[0, 2]]);
  assert.deepEqual(spans(rows, 2), []);
});

test('When a span is found, then its score is the smaller probability', () => {
  const [span] = pointerSpans(
    matrix([
      [2, -1],
      [-1, 0.5],
    ]),
    { start: 0, end: 1, maxTokens: 40 },
  );
  assert.equal(span?.score, sigmoid(0.5));
});
