import assert from 'node:assert/strict';
import { test } from 'node:test';
import { triples } from '../../../../src/model/decode/triples.ts';
import { matrix } from '../../../model/matrix.ts';

const head = {
  output: 'relation',
  window_tokens: 64,
  order: ['object_start', 'object_end', 'subject_start', 'subject_end'] as (
    | 'object_start'
    | 'object_end'
    | 'subject_start'
    | 'subject_end'
  )[],
  predicates: ['author', 'publisher'],
  pair: { query: 'query', key: 'key', size: 1, scale: 0.5 },
};

const OFF = -5;
/** Four tokens: the first may be an author's work (subject), the third and fourth its authors (objects). */
const relation = matrix([
  [OFF, OFF, OFF, OFF, 2, OFF, 2, OFF],
  [OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF],
  [2, OFF, 2, OFF, OFF, OFF, OFF, OFF],
  [3, OFF, 3, OFF, OFF, OFF, OFF, OFF],
]);
const query = matrix([[1], [0], [0], [0]]);

test('When the blocks stand in another order, then the manifest says which is which', () => {
  const found = triples({ relation, query, key: matrix([[0], [0], [4], [4]]) }, head, 40);
  assert.deepEqual(
    found.map(({ subject, predicate, object }) => [subject.first, predicate, object.first]),
    [
      [0, 'author', 2],
      [0, 'author', 3],
    ],
  );
});

test('When query and key of a pair disagree, then it is no triple', () => {
  assert.deepEqual(triples({ relation, query, key: matrix([[0], [0], [-4], [0]]) }, head, 40), []);
});
