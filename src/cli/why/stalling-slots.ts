import type { Window } from '../windows/window.ts';

export interface StallingSlot {
  readonly slot: string;
  /** Seconds: 99th percentile of event-loop delay, before and after. */
  readonly before: number;
  readonly after: number;
}

const LEAST_SECONDS = 0.1;
const TIMES_OTHERS = 5;
const TIMES_BEFORE = 3;

/**
 * Workers whose main thread stands still at times. What waits for such a worker waits in its socket, before the service
 * begins to count: latency metrics do not show it, event-loop delay does.
 */
export function stallingSlots(before: Window, after: Window): StallingSlot[] {
  return [...after.slots].flatMap(([slot, { lagP99 }]) => {
    const others = [...after.slots].filter(([other]) => other !== slot).map(([, other]) => other.lagP99);
    const usual = Math.min(...others);
    const own = before.slots.get(slot)?.lagP99 ?? 0;
    const stalls = lagP99 >= LEAST_SECONDS && lagP99 > usual * TIMES_OTHERS && lagP99 > own * TIMES_BEFORE;
    return others.length > 0 && stalls ? [{ slot, before: own, after: lagP99 }] : [];
  });
}
