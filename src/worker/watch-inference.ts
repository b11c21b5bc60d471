import type { RunningBatch } from '../batching/batcher.ts';

const TICK_MS = 1000;
/** A batch is stuck after this many times its predicted time, and this many ms at least. */
const TIMES_PREDICTED = 10;
const AT_LEAST_MS = 10_000;

/**
 * Tells, each second, that a batch does not end: the thread that runs it can't be interrupted. A tick that comes late means
 * that the whole process stood still (a paused VM), the batch too: that time does not count.
 */
export function watchInference(
  queue: { readonly running: RunningBatch | undefined },
  onStuck: (reason: string) => void,
  now: () => number = () => performance.now(),
): { tick(): void; stop(): void } {
  let watched: RunningBatch | undefined;
  let lastTick = now();
  let ms = 0;

  const tick = () => {
    const time = now();
    const { running } = queue;
    const since = running === watched ? lastTick : Math.max(lastTick, running?.startedAt ?? time);
    ms = (running === watched ? ms : 0) + Math.min(time - since, 2 * TICK_MS);
    watched = running;
    lastTick = time;
    if (!running || ms <= Math.max(AT_LEAST_MS, TIMES_PREDICTED * running.predictedMs)) return;
    onStuck(`a batch runs for ${Math.round(ms)} ms, predicted were ${Math.round(running.predictedMs)} ms`);
  };

  const timer = setInterval(tick, TICK_MS).unref();
  return { tick, stop: () => clearInterval(timer) };
}
