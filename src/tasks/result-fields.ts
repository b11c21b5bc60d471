import * as z from 'zod';
import type { Span } from '../model/decode/span.ts';

export const score = z.number().min(0).max(1).meta({ description: 'probability, 0 to 1' });

/** A stretch of the input. */
export const spanFields = {
  text: z.string().meta({ description: 'the code points [start, end) of the input' }),
  start: z.int().min(0).meta({ description: 'first code point' }),
  end: z.int().min(0).meta({ description: 'code point after the last' }),
};

/** @param chars the input's code points */
export function spanOf(chars: readonly string[], { start, end }: Span) {
  return { text: chars.slice(start, end).join(''), start, end };
}

/** A probability or cosine as it stands in an answer: six decimals. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
