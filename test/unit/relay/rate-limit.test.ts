import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRateLimit } from '../../../src/relay/rate-limit.ts';
import { protocols } from '../../../src/relay/robots/index.ts';

test('When the minute is used up, then the next turn comes as its first one leaves the minute', () => {
  let now = 1000;
  const limit = createRateLimit([{ turns: 2, withinMs: 60_000 }], () => now);
  assert.equal(limit.take(), 0);
  now = 11_000;
  assert.equal(limit.take(), 0);
  now = 21_000;
  assert.equal(limit.take(), 40_000);
  now = 60_999;
  assert.equal(limit.take(), 1);
  now = 61_000;
  assert.equal(limit.take(), 0);
  assert.equal(limit.take(), 10_000);
});

test('When a rate of the second and one of the minute hold, then a turn waits for the stricter of the two', () => {
  let now = 0;
  const limit = createRateLimit(
    [
      { turns: 2, withinMs: 1000 },
      { turns: 3, withinMs: 60_000 },
    ],
    () => now,
  );
  assert.equal(limit.take(), 0);
  assert.equal(limit.take(), 0);
  assert.equal(limit.take(), 1000);
  now = 1000;
  assert.equal(limit.take(), 0);
  assert.equal(limit.take(), 59_000);
});

/** Messages that go out in the first second and in the first minute, of as many as there could be. */
function burst(kind: keyof typeof protocols): [number, number] {
  let now = 0;
  const limit = createRateLimit(protocols[kind].rates, () => now);
  const sent: number[] = [];
  while (now < 60_000) {
    const wait = limit.take();
    if (wait === 0) sent.push(now);
    now += wait;
  }
  return [sent.filter((at) => at < 1000).length, sent.length];
}

test('When messages pile up, then each kind of robot gets what its chat takes in a second and in a minute', () => {
  assert.deepEqual(burst('dingtalk'), [20, 20]);
  assert.deepEqual(burst('wecom'), [20, 20]);
  assert.deepEqual(burst('feishu'), [5, 100]);
});
