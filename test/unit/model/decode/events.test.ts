import assert from 'node:assert/strict';
import { test } from 'node:test';
import { events } from '../../../../src/model/decode/events.ts';
import { matrix } from '../../../model/matrix.ts';

const head = {
  window_tokens: 64,
  trigger: 'trigger',
  role: 'role',
  order: ['start', 'end'] as ('start' | 'end')[],
  types: ['buy', 'sell'],
  roles: ['who', 'what'],
  roles_of: { buy: ['who', 'what'], sell: ['who'] },
  sure: 0.7,
};

/** Logits of six tokens in which these columns are on at these tokens, one-token spans of a strength. */
function on(marks: [token: number, name: number, strength: number][]) {
  const rows = Array.from({ length: 6 }, () => [-9, -9, -9, -9]);
  for (const [token, name, strength] of marks)
    for (const column of [name, 2 + name]) (rows[token] as number[])[column] = strength;
  return matrix(rows);
}
const [BUY, SELL, WHO, WHAT] = [0, 1, 0, 1];
const SURE = 3;
const UNSURE = 0.1;
const decode = (triggers: Parameters<typeof on>[0], roles: Parameters<typeof on>[0]) =>
  events({ trigger: on(triggers), role: on(roles) }, head, 40).map(
    (event) =>
      `${event.type}@${event.trigger.first} ${event.arguments.map((a) => `${a.role}@${a.first}`).join(' ')}`,
  );

test('When an argument stands between two triggers, then the nearer one owns it', () => {
  assert.deepEqual(
    decode(
      [
        [0, BUY, SURE],
        [5, SELL, SURE],
      ],
      [[4, WHO, SURE]],
    ),
    ['buy@0 ', 'sell@5 who@4'],
  );
});

test("When a trigger's type lacks the role, then the next one owns it", () => {
  assert.deepEqual(
    decode(
      [
        [0, BUY, SURE],
        [5, SELL, SURE],
      ],
      [[4, WHAT, SURE]],
    ),
    ['buy@0 what@4', 'sell@5 '],
  );
});

test('When a sure and an unsure trigger compete, then the sure one owns the argument', () => {
  assert.deepEqual(
    decode(
      [
        [0, BUY, SURE],
        [5, SELL, UNSURE],
      ],
      [[4, WHO, SURE]],
    ),
    ['buy@0 who@4', 'sell@5 '],
  );
});

test('When an unsure trigger has no argument beside another of its type, then it is dropped', () => {
  assert.deepEqual(
    decode(
      [
        [0, BUY, SURE],
        [5, BUY, UNSURE],
      ],
      [],
    ),
    ['buy@0 '],
  );
  assert.deepEqual(decode([[5, BUY, UNSURE]], []), ['buy@5 ']);
});

test('When a span could play two parts, then it plays the surer', () => {
  assert.deepEqual(
    decode(
      [[0, BUY, SURE]],
      [
        [2, WHO, 1],
        [2, WHAT, 2],
      ],
    ),
    ['buy@0 what@2'],
  );
});

test('When there is no trigger, then there is no event', () => {
  assert.deepEqual(decode([], [[2, WHO, SURE]]), []);
});
