import type { RunningBatch } from '../batching/batcher.ts';

const TICK_MS = 1000;
/** A batch is stuck after this many times its predicted time, and this many ms at least. */
const TIMES_PREDICTED = 10;
const AT_LEAST_MS = 10_000;

/** Tells once when a batch does not end: the thread that runs it can't be interrupted. */
export function watchInference(
  queue: { readonly running: RunningBatch | undefined },
  onStuck: (reason: string) => void,
  now: () => number = () => performance.now(),
): { stop(): void } {
  const timer = setInterval(() => {
    const { running } = queue;
    if (!running) return;
    const ms = now() - running.startedAt;
    if (ms <= Math.max(AT_LEAST_MS, TIMES_PREDICTED * running.predictedMs)) return;
    clearInterval(timer);
    onStuck(`a batch runs for ${Math.round(ms)} ms, predicted were ${Math.round(running.predictedMs)} ms`);
  }, TICK_MS).unref();
  return { stop: () => clearInterval(timer) };
}
