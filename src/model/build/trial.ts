import { ModelError } from '../model-error.ts';
import { cosine } from './measure/compare-vectors.ts';
import { type Measured, type MeasureOptions, measureGraph } from './measure/measure-graph.ts';
import { GOLDEN_PAIRS, measuringTexts } from './measure/sentences.ts';
import { tokenRows } from './token-rows.ts';
import type { TokenizerFile } from './tokenizer-files.ts';

const MEASURING_TEXTS = 200;

/** What a graph answers to the measuring texts and to the golden pairs. */
export interface Trial extends Measured {
  /** Of the measuring texts only. */
  readonly vectors: readonly Float32Array[];
  readonly goldenVectors: readonly Float32Array[];
  /** One cosine for each of GOLDEN_PAIRS. */
  readonly goldenScores: readonly number[];
  readonly normalized: boolean;
  readonly dimensions: number;
}

/** Ids of texts, special tokens included. */
export interface TrialRows {
  readonly measuring: readonly number[][];
  /** Both sides of each of GOLDEN_PAIRS. */
  readonly golden: readonly number[][];
}

/**
 * Tokenises the texts of a trial.
 * @param measuring whether vectors will be compared; if not, only the golden pairs are run.
 * @throws ModelError when the tokenizer is of a kind that the service can't run.
 */
export async function trialRows(tokenizer: TokenizerFile, measuring: boolean): Promise<TrialRows> {
  return {
    measuring: measuring ? await tokenRows(tokenizer, measuringTexts(MEASURING_TEXTS)) : [],
    golden: await tokenRows(tokenizer, GOLDEN_PAIRS.flat()),
  };
}

/** Runs a graph over the rows. @throws ModelError */
export async function tryGraph(
  path: string,
  output: string,
  { measuring, golden }: TrialRows,
  options: MeasureOptions = {},
): Promise<Trial> {
  const measured = await measureGraph(path, output, [...measuring, ...golden], options);
  const { vectors } = measured;
  if (vectors.some((vector) => !vector.every(Number.isFinite)))
    throw new ModelError(`${path} answers NaN or infinity: the weights or config.json are wrong`);
  const goldenVectors = vectors.slice(measuring.length);
  const pair = (i: number) => goldenVectors[i] as Float32Array;
  return {
    ...measured,
    vectors: vectors.slice(0, measuring.length),
    goldenVectors,
    goldenScores: GOLDEN_PAIRS.map((_, i) => cosine(pair(2 * i), pair(2 * i + 1))),
    normalized: vectors.every((vector) => Math.abs(Math.hypot(...vector) - 1) < 1e-3),
    dimensions: vectors[0]?.length ?? 0,
  };
}
