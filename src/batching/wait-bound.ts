/** Weight of the newest batch in the moving averages. */
const NEWEST = 0.1;
/** How many batches a request may wait for, and at least how many full ones: docs/adr/0021-bounded-wait.md. */
const BATCHES = 9;
const FULL_BATCHES = 6;

/**
 * How long the work before a request may take. A service that is 80 % busy makes its slowest hundredth wait for some batches,
 * however long these are, so the bound counts in batches too. Their mean is weighted by time: waits grow with it in every
 * queue (Pollaczek and Khinchine), and short batches do not hide the long ones between them.
 */
export function createWaitBound() {
  let average: { ms: number; squared: number } | undefined;
  return {
    observe(ms: number): void {
      average ??= { ms, squared: ms * ms };
      average.ms += NEWEST * (ms - average.ms);
      average.squared += NEWEST * (ms * ms - average.squared);
    },
    /**
     * @param rowMs predicted time of the request's longest row
     * @param fullBatchMs predicted time of a batch that is full of its like
     */
    boundMs(rowMs: number, fullBatchMs: number): number {
      const batchMs = average && average.ms > 0 ? average.squared / average.ms : 0;
      return Math.max(BATCHES * Math.max(batchMs, rowMs), FULL_BATCHES * fullBatchMs);
    },
  };
}
