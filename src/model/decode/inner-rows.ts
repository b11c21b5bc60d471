import type { Matrix } from '../engine.ts';

/** The logits of a sequence without those of its first and last token ([CLS], [SEP]); shares their memory. */
export function innerRows({ rows, columns, data }: Matrix): Matrix {
  const inner = Math.max(0, rows - 2);
  return { rows: inner, columns, data: data.subarray(columns, columns * (1 + inner)) };
}
