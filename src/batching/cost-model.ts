/** Weight of the newest batch in the moving averages. */
const NEWEST = 0.1;
/**
 * A batch that takes longer than so many times its prediction counts as that: the machine paused. Taken at its word, one
 * pause would have work refused as too long for its deadline for as long as only such work comes. A model that has become
 * ten times as slow is known for it nearly as soon as without this bound.
 */
const PAUSE = 4;

/**
 * Predicts a lane's inference time from its tokens: a moving average of milliseconds over one of tokens, so that long
 * batches weigh more than short ones, whose time is mostly overhead.
 */
export function createCostModel() {
  const averages = new Map<string, { ms: number; tokens: number }>();
  /** 0 for a lane that never ran: its work is admitted and so measured. */
  function predictMs(lane: string, tokens: number): number {
    const average = averages.get(lane);
    return average ? (average.ms / average.tokens) * tokens : 0;
  }

  return {
    predictMs,
    observe(lane: string, tokens: number, ms: number): void {
      const average = averages.get(lane);
      if (!average) {
        averages.set(lane, { ms, tokens });
        return;
      }
      average.ms += NEWEST * (Math.min(ms, PAUSE * predictMs(lane, tokens)) - average.ms);
      average.tokens += NEWEST * (tokens - average.tokens);
    },
  };
}
