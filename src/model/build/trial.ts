import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../model-error.ts';
import { loadTokenizer } from '../tokenizer.ts';
import { cosine } from './measure/compare-vectors.ts';
import { type Measured, measureGraph } from './measure/measure-graph.ts';
import { GOLDEN_PAIRS, measuringTexts } from './measure/sentences.ts';
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
export async function trialRows({ json, maxTokens }: TokenizerFile, measuring: boolean): Promise<TrialRows> {
  const dir = await mkdtemp(join(tmpdir(), 'gte-tokenizer-'));
  try {
    await writeFile(join(dir, 'tokenizer.json'), json);
    const named = { file: 'tokenizer.json', sha256: '', max_tokens: maxTokens };
    const tokenizer = await loadTokenizer(dir, { tokenizer: named });
    const rows = async (texts: readonly string[]) => {
      const encoded = [];
      for (const text of texts) encoded.push((await tokenizer.encode(text)).ids.slice(0, maxTokens - 2));
      return encoded.map((ids) => [tokenizer.cls, ...ids, tokenizer.sep]);
    };
    return {
      measuring: measuring ? await rows(measuringTexts(MEASURING_TEXTS)) : [],
      golden: await rows(GOLDEN_PAIRS.flat()),
    };
  } catch (cause) {
    throw new ModelError(`the tokenizer can't be used: ${(cause as Error).message}`, cause);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Runs a graph over the rows. @throws ModelError */
export async function tryGraph(
  path: string,
  output: string,
  { measuring, golden }: TrialRows,
  onProgress?: (fraction: number) => void,
): Promise<Trial> {
  const measured = await measureGraph(path, output, [...measuring, ...golden], onProgress);
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
