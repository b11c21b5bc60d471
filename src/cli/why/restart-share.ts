import { sum, type TaskWindow, type Window } from '../windows/window.ts';

/**
 * How much of a task's extra latency lies in the blocks with a restart and the ones after them, beyond what their share of
 * the traffic would give by itself: 0 (none) to 1 (all).
 */
export function restartShare(before: TaskWindow, after: TaskWindow, restarts: Window['restarts']): number {
  const mean = sum(before.latency) / sum(before.answered);
  const excess = after.latency.map((seconds, i) => seconds - (after.answered[i] ?? 0) * mean);
  const total = sum(excess);
  if (!(total > 0)) return 0;
  const touched = restarts.blocks.map((count, i) => count > 0 || (restarts.blocks[i - 1] ?? 0) > 0);
  const within = (values: readonly number[]) => sum(values.filter((_, i) => touched[i]));
  const traffic = within(after.answered) / sum(after.answered);
  if (traffic >= 1) return 0;
  return Math.min(1, Math.max(0, (within(excess) / total - traffic) / (1 - traffic)));
}
