import { setTimeout as sleep } from 'node:timers/promises';

/** Between two looks, in ms: closely at first, then so that looking costs little of what is waited for. */
const OFTEN = 20;
const SELDOM = 100;
const OFTEN_FOR = 1000;

/** Waits until `condition` gives something truthy, and gives it; fails with `what` after `limitMs`. */
export async function until<T>(
  what: string,
  condition: () => Promise<T> | T,
  limitMs = 120_000,
): Promise<NonNullable<T>> {
  const startedAt = performance.now();
  for (;;) {
    const value = await condition();
    if (value) return value;
    const waited = performance.now() - startedAt;
    if (waited > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(waited < OFTEN_FOR ? OFTEN : SELDOM);
  }
}
