import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drainTimes } from '../../src/drain-times.ts';

for (const drainMs of [100, 2000, 15_000, 600_000])
  test(`When the drain time is ${drainMs} ms, then a worker has time to answer, then to leave by itself, and all are gone within it`, () => {
    const { cutMs, killMs } = drainTimes(drainMs);
    assert.ok(cutMs >= 0.7 * drainMs);
    assert.ok(cutMs < killMs);
    assert.ok(killMs < drainMs);
  });
