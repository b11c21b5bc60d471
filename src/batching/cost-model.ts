/** Weight of the newest batch in the moving averages. */
const NEWEST = 0.1;

/** Predicts a lane's inference time from its padded tokens: a moving average of milliseconds per token. */
export function createCostModel() {
  const msPerToken = new Map<string, number>();
  return {
    /** 0 for a lane that never ran: it is admitted and so measured. */
    predictMs(lane: string, tokens: number): number {
      return (msPerToken.get(lane) ?? 0) * tokens;
    },
    observe(lane: string, paddedTokens: number, ms: number): void {
      const sample = ms / paddedTokens;
      const known = msPerToken.get(lane);
      msPerToken.set(lane, known === undefined ? sample : known + NEWEST * (sample - known));
    },
  };
}
