import type { Supply } from './supply.ts';

/** Holders are not asked to give back more often than this, in ms: it bounds the messages of a contended budget. */
const RECALL_EVERY_MS = 25;
/** A holder that has not answered a recall by then is taken to need all it has, in ms. */
const RECALL_LIMIT_MS = 50;
/** A holder is never told to come back sooner, in ms. */
const MIN_RETRY_MS = 25;

export interface LeasePoolOptions {
  readonly supply: Supply;
  /** Units lent at a time. */
  readonly slice: number;
  /** Answers an ask: 0 units mean "not before retryMs". */
  readonly grant: (holder: number, units: number, retryMs: number) => void;
  /** Asks a holder to give back what it does not need; it answers by `returned`. */
  readonly recall: (holder: number) => void;
  readonly now: () => number;
}

export type LeasePool = ReturnType<typeof createLeasePool>;

/**
 * One budget, lent in slices to holders (workers). When it runs out while holders have some left, they are asked to give
 * back what they do not use before anybody is refused.
 */
export function createLeasePool({ grant, recall, now, ...options }: LeasePoolOptions) {
  let { supply, slice } = options;
  /** What each holder has, by its last word. */
  const held = new Map<number, number>();
  const waiting = new Set<number>();
  const recalled = new Set<number>();
  let recalledAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const lent = () => [...held.values()].reduce((sum, units) => sum + units, 0);

  function lend(holder: number): boolean {
    const units = Math.min(slice, supply.free(lent()));
    if (units === 0) return false;
    supply.take(units);
    held.set(holder, (held.get(holder) ?? 0) + units);
    grant(holder, units, 0);
    return true;
  }

  function settle(): void {
    clearTimeout(timer);
    timer = undefined;
    recalled.clear();
    for (const holder of waiting)
      if (!lend(holder)) grant(holder, 0, Math.max(MIN_RETRY_MS, supply.waitMs(lent())));
    waiting.clear();
  }

  function recallOthers(): void {
    recalledAt = now();
    timer = setTimeout(settle, RECALL_LIMIT_MS);
    for (const [holder, units] of held) if (units > 0) recalled.add(holder);
    for (const holder of recalled) recall(holder);
    if (recalled.size === 0) settle();
  }

  function answered(holder: number): void {
    if (recalled.delete(holder) && recalled.size === 0) settle();
  }

  return {
    /** A holder that has `units` left (places in use among them) asks for more, `urgent` when a request waits for it. */
    ask(holder: number, units: number, urgent: boolean): void {
      held.set(holder, units);
      if (waiting.size === 0 && lend(holder)) return;
      const others = urgent && [...held].some(([other, left]) => other !== holder && left > 0);
      if (!others && !(urgent && timer)) {
        grant(holder, 0, Math.max(MIN_RETRY_MS, supply.waitMs(lent())));
        return;
      }
      waiting.add(holder);
      if (!timer) timer = setTimeout(recallOthers, Math.max(0, recalledAt + RECALL_EVERY_MS - now()));
    },
    /** A holder gives `units` back unused and keeps `left`. */
    returned(holder: number, units: number, left: number): void {
      const known = held.get(holder);
      if (known === undefined) return;
      held.set(holder, left);
      supply.giveBack(Math.min(units, known));
      answered(holder);
    },
    /** A holder is gone: what it held can be lent again. */
    left(holder: number): void {
      supply.giveBack(held.get(holder) ?? 0);
      held.delete(holder);
      waiting.delete(holder);
      answered(holder);
    },
    /** Other limits from now on; what is lent under the old ones is called back. */
    change(next: { supply: Supply; slice: number }): void {
      ({ supply, slice } = next);
      for (const holder of held.keys()) recall(holder);
    },
    close(): void {
      clearTimeout(timer);
    },
  };
}
