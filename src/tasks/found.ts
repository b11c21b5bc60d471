import type { Answer } from './task.ts';

/** The answer of a task that looks for things and has read the whole text. */
export function found<Item extends { score: number }>(
  result: readonly Item[],
  labelOf: (item: Item) => string,
): Answer {
  return {
    result,
    truncated: false,
    empty: result.length === 0,
    labels: result.map(labelOf),
    confidences: result.map(({ score }) => score),
  };
}
