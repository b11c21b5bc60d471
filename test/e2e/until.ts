import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `condition` gives something truthy, and gives it; fails with `what` after `limitMs`. */
export async function until<T>(
  what: string,
  condition: () => Promise<T> | T,
  limitMs = 120_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(20);
  }
}
