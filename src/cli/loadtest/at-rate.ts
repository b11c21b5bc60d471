import type { Streams } from '../command.ts';
import { amount } from '../format.ts';
import { createProgress } from '../progress.ts';
import { createRandom } from '../stats/random.ts';
import { type Arrivals, schedule } from './arrivals.ts';
import type { WeightedBody } from './built-in.ts';
import { runOpenLoop } from './open-loop.ts';
import { createRecorder } from './recorder.ts';
import { createWorkload } from './workload.ts';

export interface AtRate {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly WeightedBody[];
  readonly seed: number;
  /** Requests a second. */
  readonly rate: number;
  readonly durationSeconds: number;
  readonly timeoutMs: number;
  readonly connections: number;
  readonly arrivals: Arrivals;
  readonly streams: Streams;
  readonly label: string;
}

/** One run at a fixed rate, with a progress bar. */
export async function atRate(options: AtRate) {
  const recorder = createRecorder();
  const progress = createProgress(options.streams, options.label);
  const durationMs = options.durationSeconds * 1000;
  try {
    const seconds = await runOpenLoop({
      ...options,
      recorder,
      workload: createWorkload(options.bodies, createRandom(options.seed)),
      due: schedule(options.rate, durationMs, options.arrivals, createRandom(options.seed + 1)),
      signal: options.streams.interrupted,
      onSent: (count, dueMs) => progress.update(dueMs / durationMs, `${count} · ${amount(options.rate)}/s`),
    });
    return { seconds, lateness: recorder.lateness(), ...recorder.results() };
  } finally {
    progress.end();
  }
}
