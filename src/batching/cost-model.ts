/** Weight of the newest batch in the moving averages. */
const NEWEST = 0.1;
/**
 * A batch that takes longer than so many times its prediction counts as that: the machine paused. Taken at its word, one
 * pause would have work refused as too long for its deadline for as long as only such work comes. A model that has become
 * ten times as slow is known for it nearly as soon as without this bound.
 */
const PAUSE = 4;
/** So many batches of a length make up what is usual for it: some minutes of load. Of fewer, each counts as much. */
const USUAL_BATCHES = 3000;

interface Lane {
  /** Of the newest batches. */
  ms: number;
  tokens: number;
  /** What they took against what is usual for their length. */
  slowdown: number;
  /** Milliseconds a token by the binary logarithm of a batch's tokens: a token of a short batch costs more. */
  readonly usual: Map<number, { msPerToken: number; batches: number }>;
}

/**
 * Predicts a lane's inference time from its tokens: a moving average of milliseconds over one of tokens, so that long
 * batches weigh more than short ones, whose time is mostly overhead.
 */
export function createCostModel() {
  const lanes = new Map<string, Lane>();
  /** 0 for a lane that never ran: its work is admitted and so measured. */
  function predictMs(lane: string, tokens: number): number {
    const known = lanes.get(lane);
    return known ? (known.ms / known.tokens) * tokens : 0;
  }

  return {
    predictMs,
    /** How many times as long as usual the newest batches took; 1 when they took less. */
    slowdown: (lane: string): number => Math.max(1, lanes.get(lane)?.slowdown ?? 1),
    observe(lane: string, tokens: number, ms: number): void {
      const known: Lane = lanes.get(lane) ?? { ms, tokens, slowdown: 1, usual: new Map() };
      lanes.set(lane, known);
      const boundedMs = Math.min(ms, PAUSE * predictMs(lane, tokens));
      known.ms += NEWEST * (boundedMs - known.ms);
      known.tokens += NEWEST * (tokens - known.tokens);

      const msPerToken = boundedMs / tokens;
      const length = Math.ceil(Math.log2(tokens));
      const usual = known.usual.get(length) ?? { msPerToken, batches: 0 };
      known.usual.set(length, usual);
      known.slowdown += NEWEST * (msPerToken / usual.msPerToken - known.slowdown);
      usual.batches = Math.min(usual.batches + 1, USUAL_BATCHES);
      usual.msPerToken += (msPerToken - usual.msPerToken) / usual.batches;
    },
  };
}
