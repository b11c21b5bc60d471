import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merged } from '../../../../src/model/decode/merged.ts';
import { unquoted } from '../../../../src/model/decode/unquoted.ts';

const inner = (text: string) => {
  const chars = Array.from(text);
  const { start, end } = unquoted(chars, { start: 0, end: chars.length });
  return chars.slice(start, end).join('');
};

test('When a span is wrapped in marks, then they are taken off', () => {
  assert.equal(inner('《青年杂志》'), '青年杂志');
  assert.equal(inner('“《红楼梦》”'), '红楼梦');
});

test('When only one half of a pair is in the span, then it is taken off', () => {
  assert.equal(inner('《青年'), '青年');
  assert.equal(inner('青年》'), '青年');
});

test('When the other half stands inside, then the mark stays', () => {
  assert.equal(inner('《青年》杂志'), '《青年》杂志');
});

test('When a span is a single mark, then it stays', () => {
  assert.equal(inner('《'), '《');
});

const span = (start: number, end: number, score: number) => ({ start, end, type: 't', score });
const places = (...spans: ReturnType<typeof span>[]) => merged(spans).map(({ start, end }) => [start, end]);

test('When sure spans overlap, then the longer one stays', () => {
  assert.deepEqual(places(span(0, 2, 0.99), span(1, 5, 0.6)), [[1, 5]]);
});

test('When unsure spans overlap, then the surer one stays', () => {
  assert.deepEqual(places(span(0, 2, 0.5), span(1, 5, 0.4)), [[0, 2]]);
});

test('When spans touch, then both stay, in text order', () => {
  assert.deepEqual(places(span(2, 4, 0.9), span(0, 2, 0.7)), [
    [0, 2],
    [2, 4],
  ]);
});
