import type { Matrix } from '../engine.ts';
import { sigmoid } from './sigmoid.ts';
import type { ScoredTokens } from './span.ts';

/** Which columns of a matrix say where spans start and end, and how long a span may be. */
export interface PointerColumns {
  readonly start: number;
  readonly end: number;
  readonly maxTokens: number;
}

/**
 * Starts and ends with a logit above 0, walked in order: each run of starts followed by a run of ends is one span, from
 * the strongest start to the strongest end. Its score is the smaller of the two probabilities.
 */
export function pointerSpans({ rows, columns, data }: Matrix, pointers: PointerColumns): ScoredTokens[] {
  const startAt = (row: number) => data[row * columns + pointers.start] ?? 0;
  const endAt = (row: number) => data[row * columns + pointers.end] ?? 0;
  const spans: ScoredTokens[] = [];
  let first = -1;
  let last = -1;
  const close = () => {
    if (first >= 0 && last >= 0 && last - first < pointers.maxTokens)
      spans.push({ first, last, score: sigmoid(Math.min(startAt(first), endAt(last))) });
    first = -1;
    last = -1;
  };
  for (let row = 0; row < rows; row += 1) {
    if (startAt(row) > 0) {
      if (last >= 0) close();
      if (first < 0 || startAt(row) > startAt(first)) first = row;
    }
    if (first >= 0 && endAt(row) > 0 && (last < 0 || endAt(row) > endAt(last))) last = row;
  }
  close();
  return spans;
}
