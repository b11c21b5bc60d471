import type { RateLimit } from '../api-key.ts';

/** Units that may be lent. `lent` is what the holders of leases have, as far as is known. */
export interface Supply {
  /** Whole units that are there to be lent. */
  free(lent: number): number;
  /** They were lent. */
  take(units: number): void;
  /** They came back unused. */
  giveBack(units: number): void;
  /** Milliseconds until a unit may be there. */
  waitMs(lent: number): number;
}

/** How soon it is worth asking again for a place that somebody has to leave first, in ms. */
const PLACE_WAIT_MS = 50;

/** Places for requests that are answered at the same time: `limit` in all. */
export function createPlaces(limit: number): Supply {
  return {
    free: (lent) => Math.max(0, limit - lent),
    take: () => undefined,
    giveBack: () => undefined,
    waitMs: () => PLACE_WAIT_MS,
  };
}

/**
 * A token bucket. What is lent counts as being in it, so that in any time of T seconds at most burst + perSecond × T
 * tokens are used.
 * @param now milliseconds, monotonic
 */
export function createTokenBucket({ perSecond, burst }: RateLimit, now: () => number): Supply {
  let tokens = burst;
  let filledAt = now();

  function refill(lent: number): void {
    const time = now();
    tokens = Math.max(0, Math.min(burst - lent, tokens + ((time - filledAt) / 1000) * perSecond));
    filledAt = time;
  }

  return {
    free(lent) {
      refill(lent);
      return Math.floor(tokens + 1e-9);
    },
    take(units) {
      tokens -= units;
    },
    giveBack(units) {
      tokens += units;
    },
    waitMs(lent) {
      refill(lent);
      return tokens >= 1 ? 0 : ((1 - tokens) / perSecond) * 1000;
    },
  };
}
