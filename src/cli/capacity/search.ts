export interface Trial {
  /** Requests a second offered. */
  readonly rate: number;
  readonly passed: boolean;
}

export interface Found<T> {
  /** Every trial, in order. */
  readonly trials: readonly T[];
  /** The highest rate that passed, also in a longer trial; undefined when none did. */
  readonly sustainable: number | undefined;
}

/** First trials, as shares of what the utilisation law allows. */
const SHARES = [0.5, 0.7, 0.85, 1] as const;
const GROWTH = 1.25;
/** Bisections after the first failure: each halves what is not known. */
const BISECTIONS = 2;
const MOST_STEPS = 16;
const ATTEMPTS = 2;
/** What the queue still hides in a step, a trial of so many steps shows. */
const CONFIRMING_LENGTH = 4;
const CONFIRMATIONS = 4;
/** Where the longer trial fails, the next is at this share of the rate. */
const LOWER = 0.9;

/**
 * Finds the highest rate that passes: upwards in steps until one fails, then halving between the last two, and confirms it by a
 * longer trial. What fails once is tried again: a neighbour's hiccup is no limit.
 * @param predicted requests a second that the utilisation law allows
 * @param trial one at a rate, so many steps long
 */
export async function search<T extends Trial>(
  predicted: number,
  trial: (rate: number, steps: number) => Promise<T>,
): Promise<Found<T>> {
  const trials: T[] = [];
  const passes = async (rate: number, steps: number) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const result = await trial(rate, steps);
      trials.push(result);
      if (result.passed) return true;
    }
    return false;
  };
  let good = 0;
  let bad: number | undefined;
  const judge = async (rate: number) => {
    if (await passes(rate, 1)) good = rate;
    else bad = rate;
  };
  for (let i = 0; bad === undefined && i < MOST_STEPS; i++)
    await judge(predicted * (SHARES[i] ?? GROWTH ** (i - SHARES.length + 1)));
  for (let i = 0; bad !== undefined && i < BISECTIONS; i++) await judge((good + bad) / 2);

  if (good === 0) return { trials, sustainable: undefined };
  for (let i = 0; i < CONFIRMATIONS; i++) {
    const rate = good * LOWER ** i;
    if (await passes(rate, CONFIRMING_LENGTH)) return { trials, sustainable: rate };
  }
  return { trials, sustainable: undefined };
}
