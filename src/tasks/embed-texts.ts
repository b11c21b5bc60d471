import type { Call, Engine } from '../model/engine.ts';
import { readBeginning } from './read-beginning.ts';

/** Special tokens of a sequence: [CLS] and [SEP]. */
const SPECIAL = 2;

/** Sentence vectors of length 1; `truncated` when a text did not fit the encoder. */
export async function embedTexts(
  texts: readonly string[],
  engine: Engine,
  call: Call,
): Promise<{ vectors: Float32Array[]; truncated: boolean }> {
  const windowTokens = engine.encoder.maxTokens - SPECIAL;
  const read = [];
  for (const text of texts) read.push(await readBeginning(text, windowTokens, engine.encoder, call));
  const sequences = read.map(({ sequence }) => sequence);
  return {
    vectors: await engine.embed(sequences, call),
    truncated: read.some(({ truncated }) => truncated),
  };
}

/** Cosine of two vectors of length 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  const product = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  return Math.max(-1, Math.min(1, product));
}
