/** A primary that has not answered by then is stalled: who waits is refused, in ms. */
const ANSWER_LIMIT_MS = 250;
/** What a refusal for that reason says, in ms. */
const STALLED_RETRY_MS = 1000;

export interface LeaseStockOptions {
  /** Places come back when a request ends; tokens are used up. */
  readonly kind: 'tokens' | 'places';
  /** Asks the pool for more, saying what this holder has and whether a request waits for it. */
  readonly ask: (units: number, urgent: boolean) => void;
  /** Tells the pool what comes back unused and what is kept. */
  readonly giveBack: (units: number, kept: number) => void;
  readonly now: () => number;
}

export type LeaseStock = ReturnType<typeof createLeaseStock>;

/**
 * One worker's part of a budget. It is asked for more before it runs out, so a request waits for the primary only when
 * it did; while the pool has said "not yet", requests are refused without asking.
 */
export function createLeaseStock({ kind, ask, giveBack, now }: LeaseStockOptions) {
  let idle = 0;
  let inUse = 0;
  /** Places in use that go back to the pool as they become free. */
  let owed = 0;
  let slice = 0;
  let asking: NodeJS.Timeout | 'overdue' | undefined;
  let urgent = false;
  let refusedUntil = Number.NEGATIVE_INFINITY;
  let notAheadBefore = Number.NEGATIVE_INFINITY;
  let closed = false;
  const waiting: ((taken: boolean) => void)[] = [];

  const held = () => (kind === 'places' ? idle + inUse : idle);

  function askForMore(forRequest: boolean): void {
    urgent = forRequest;
    asking = setTimeout(() => {
      asking = 'overdue';
      refusedUntil = now() + STALLED_RETRY_MS;
      refuseWaiting();
    }, ANSWER_LIMIT_MS);
    ask(held(), urgent);
  }

  function takeIdle(): void {
    idle -= 1;
    if (kind === 'places') inUse += 1;
  }

  /** Early enough that requests seldom wait; it also tells the pool what was used. */
  function askAhead(): void {
    const low = kind === 'tokens' && idle <= slice / 2;
    if (low && !asking && now() >= notAheadBefore) askForMore(false);
  }

  function serveWaiting(): void {
    while (idle > 0 && waiting.length > 0) {
      takeIdle();
      waiting.shift()?.(true);
    }
  }

  function refuseWaiting(): void {
    for (const settle of waiting.splice(0)) settle(false);
  }

  return {
    /** Takes one unit: at once when there is one, after the pool's answer when not. False: refused, see `retryMs`. */
    take(): boolean | Promise<boolean> {
      if (idle > 0) {
        takeIdle();
        askAhead();
        return true;
      }
      if (now() < refusedUntil || asking === 'overdue') return false;
      if (!asking) askForMore(true);
      return new Promise((resolve) => waiting.push(resolve));
    },
    /** A place is free again, or a token was not used. */
    putBack(): void {
      if (kind === 'places') inUse -= 1;
      if (closed) return;
      if (owed > 0) {
        owed -= 1;
        giveBack(1, held());
        return;
      }
      idle += 1;
      serveWaiting();
    },
    /** The pool's answer to `ask`. */
    granted(units: number, retryMs: number): void {
      if (asking !== 'overdue') clearTimeout(asking);
      asking = undefined;
      idle += units;
      if (units > 0) slice = units;
      notAheadBefore = now() + retryMs;
      serveWaiting();
      if (units === 0 && urgent) {
        refusedUntil = now() + retryMs;
        refuseWaiting();
      }
      if (waiting.length > 0) askForMore(true);
      else askAhead();
    },
    /** The pool wants back what is not needed: what is idle now, and places in use as they become free. */
    recalled(): void {
      const units = idle;
      idle = 0;
      owed = inUse;
      giveBack(units, held());
    },
    /** Milliseconds after which it is worth trying again. */
    retryMs: () => Math.max(0, refusedUntil - now()),
    /** The limit is gone: places that are still in use come back to nobody. */
    close(): void {
      closed = true;
      if (asking !== 'overdue') clearTimeout(asking);
      refuseWaiting();
    },
  };
}
