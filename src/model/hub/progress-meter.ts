export interface TransferProgress {
  readonly stage: 'fetch';
  readonly bytes: number;
  readonly totalBytes: number;
  /** Over the last ten seconds. */
  readonly bytesPerSecond: number;
  /** Undefined until the rate is known. */
  readonly secondsLeft: number | undefined;
}

const WINDOW_MS = 10_000;
const REPORT_EVERY_MS = 250;

export type ProgressMeter = ReturnType<typeof createProgressMeter>;

/** Counts bytes and tells rate and time left, at most four times a second. */
export function createProgressMeter(
  totalBytes: number,
  report: (progress: TransferProgress) => void,
  now: () => number = () => performance.now(),
) {
  let bytes = 0;
  let reportedAt = Number.NEGATIVE_INFINITY;
  const samples = [{ at: now(), bytes }];

  const emit = () => {
    const at = now();
    reportedAt = at;
    samples.push({ at, bytes });
    while (samples.length > 2 && at - (samples[1]?.at ?? at) >= WINDOW_MS) samples.shift();
    const oldest = samples[0] ?? { at, bytes };
    const rate = at > oldest.at ? ((bytes - oldest.bytes) * 1000) / (at - oldest.at) : 0;
    report({
      stage: 'fetch',
      bytes,
      totalBytes,
      bytesPerSecond: Math.max(0, rate),
      secondsLeft: rate > 0 ? (totalBytes - bytes) / rate : undefined,
    });
  };

  return {
    /** Counts what an earlier run fetched (or, negative, what has to be fetched again): no part of the rate. */
    resume(count: number) {
      bytes += count;
      for (const sample of samples) sample.bytes += count;
    },
    add(count: number) {
      bytes += count;
      if (now() - reportedAt >= REPORT_EVERY_MS) emit();
    },
    finish: emit,
  };
}
