import type { Matrix } from '../engine.ts';
import type { QaHead } from '../manifest/heads.ts';
import type { TokenSpan } from './span.ts';
import type { TokenRange } from './windows.ts';

export interface TokenAnswer extends TokenSpan {
  /** How much the span's logits exceed those of "no answer here". */
  readonly margin: number;
}

/**
 * The best span of one window.
 * @param logits of the whole sequence, question and special tokens included
 * @param context the sequence's context tokens
 * @returns undefined where the window holds no context
 */
export function bestAnswer(
  { columns, data }: Matrix,
  context: TokenRange,
  head: QaHead,
  maxTokens: number,
): TokenAnswer | undefined {
  const start = (row: number) => data[row * columns + head.order.indexOf('start')] ?? 0;
  const end = (row: number) => data[row * columns + head.order.indexOf('end')] ?? 0;
  let best: TokenAnswer | undefined;
  const nothing = start(head.null_token) + end(head.null_token);
  for (let first = context.begin; first < context.end; first += 1) {
    let last = first;
    const stop = Math.min(context.end, first + maxTokens);
    for (let row = first + 1; row < stop; row += 1) if (end(row) > end(last)) last = row;
    const margin = start(first) + end(last) - nothing;
    if (best === undefined || margin > best.margin) best = { first, last, margin };
  }
  return best;
}
