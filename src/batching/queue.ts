/** One row waiting for a graph. */
export interface Entry<Input> {
  readonly request: Request;
  /** Rows of one lane (graph) share batches. */
  readonly lane: string;
  readonly input: Input;
  readonly tokens: number;
  /** Predicted milliseconds of inference. */
  readonly costMs: number;
  /** Place in line: see `createQueue`. */
  readonly turn: number;
}

/** The request that entries belong to; an ended one (answered, expired, cancelled) is never run. */
export interface Request {
  ended: boolean;
}

/**
 * Waiting rows in the order of their turn: the moment they came (ms) plus some times the predicted cost (ms) of their own
 * request up to and including them. Short work so overtakes long work, yet a row waits for later ones no longer than that,
 * and the windows of one long text interleave with everybody else's.
 */
export function createQueue<Input>() {
  let entries: Entry<Input>[] = [];
  let tokens = 0;

  const indexAfter = (turn: number): number => {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.turn ?? 0) <= turn) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    get size() {
      return entries.length;
    },
    get tokens() {
      return tokens;
    },
    /** Everything whose turn is not after `turn`: its tokens, and its predicted milliseconds. */
    ahead(turn: number): { tokens: number; costMs: number } {
      const sum = { tokens: 0, costMs: 0 };
      for (const entry of entries) {
        if (entry.turn > turn) break;
        sum.tokens += entry.tokens;
        sum.costMs += entry.costMs;
      }
      return sum;
    },
    add(entry: Entry<Input>): void {
      entries.splice(indexAfter(entry.turn), 0, entry);
      tokens += entry.tokens;
    },
    /** Removes what was chosen; `choose` sees the entries in order. */
    take(choose: (waiting: readonly Entry<Input>[]) => Entry<Input>[]): Entry<Input>[] {
      const chosen = new Set(choose(entries));
      entries = entries.filter((entry) => !chosen.has(entry));
      for (const entry of chosen) tokens -= entry.tokens;
      return [...chosen];
    },
    /** Drops the rows of ended requests. */
    sweep(): void {
      entries = entries.filter((entry) => !entry.request.ended);
      tokens = entries.reduce((sum, entry) => sum + entry.tokens, 0);
    },
  };
}

export type Queue<Input> = ReturnType<typeof createQueue<Input>>;
