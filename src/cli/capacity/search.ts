export interface Trial {
  /** Requests a second offered. */
  readonly rate: number;
  readonly passed: boolean;
}

/** First trials, as shares of what the utilisation law allows. */
const SHARES = [0.5, 0.7, 0.85, 1] as const;
const GROWTH = 1.25;
/** Bisections after the first failure: each halves what is not known. */
const BISECTIONS = 2;
const MOST_STEPS = 16;
const ATTEMPTS = 2;

/**
 * Finds the highest rate that passes: upwards in steps until one fails, then halving between the last two. What fails once is
 * tried again: a neighbour's hiccup is no limit.
 * @param predicted requests a second that the utilisation law allows
 * @returns every trial, in order
 */
export async function search<T extends Trial>(
  predicted: number,
  trial: (rate: number) => Promise<T>,
): Promise<T[]> {
  const trials: T[] = [];
  let good = 0;
  let bad: number | undefined;
  const judge = async (rate: number) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const result = await trial(rate);
      trials.push(result);
      if (result.passed) {
        good = rate;
        return;
      }
    }
    bad = rate;
  };
  for (let i = 0; bad === undefined && i < MOST_STEPS; i++)
    await judge(predicted * (SHARES[i] ?? GROWTH ** (i - SHARES.length + 1)));
  for (let i = 0; bad !== undefined && i < BISECTIONS; i++) await judge((good + bad) / 2);
  return trials;
}

/** The highest rate that passed; 0 when none did. */
export const sustainable = (trials: readonly Trial[]): number =>
  Math.max(0, ...trials.filter(({ passed }) => passed).map(({ rate }) => rate));
