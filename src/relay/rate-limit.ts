/** At most so many turns within any span of so many milliseconds. */
export interface Rate {
  readonly turns: number;
  readonly withinMs: number;
}

/** Turns that keep to every one of the rates, as the robots count. */
export function createRateLimit(
  rates: readonly Rate[],
  now: () => number = performance.now.bind(performance),
) {
  const longestMs = Math.max(...rates.map(({ withinMs }) => withinMs));
  const taken: number[] = [];
  return {
    /** Milliseconds until a turn may be taken; 0: it may, and counts as taken. */
    take(): number {
      const time = now();
      while (taken[0] !== undefined && taken[0] <= time - longestMs) taken.shift();
      const waitMs = Math.max(
        ...rates.map(({ turns, withinMs }) => (taken.at(-turns) ?? -Infinity) + withinMs - time),
      );
      if (waitMs > 0) return waitMs;
      taken.push(time);
      return 0;
    },
  };
}
