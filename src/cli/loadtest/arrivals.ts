/** How requests come: at random like independent users, or evenly. */
export type Arrivals = 'poisson' | 'even';

/**
 * Milliseconds after the start at which the requests are due, for `durationMs`. The schedule is fixed before anything is
 * sent: a slow answer never delays the next request.
 */
export function* schedule(
  perSecond: number,
  durationMs: number,
  arrivals: Arrivals,
  random: () => number,
): Generator<number> {
  const gapMs = 1000 / perSecond;
  let dueMs = arrivals === 'even' ? 0 : -Math.log(1 - random()) * gapMs;
  for (let i = 1; dueMs < durationMs; i++) {
    yield dueMs;
    dueMs = arrivals === 'even' ? i * gapMs : dueMs - Math.log(1 - random()) * gapMs;
  }
}
