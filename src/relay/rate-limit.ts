/** At most `perMinute` turns within any 60 seconds, as the robots count. */
export function createRateLimit(perMinute: number, now: () => number = performance.now.bind(performance)) {
  const taken: number[] = [];
  return {
    /** Milliseconds until a turn may be taken; 0: it may, and counts as taken. */
    take(): number {
      const time = now();
      while (taken[0] !== undefined && taken[0] <= time - 60_000) taken.shift();
      const [oldest] = taken;
      if (oldest !== undefined && taken.length >= perMinute) return oldest + 60_000 - time;
      taken.push(time);
      return 0;
    },
  };
}
