import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadBertConfig } from '../../../src/model/build/bert-config.ts';
import { findBertWeights } from '../../../src/model/build/bert-weights.ts';
import { OUTPUT, writeBert } from '../../../src/model/build/graph/write-bert.ts';
import type { Pooling } from '../../../src/model/build/pooling.ts';
import { openWeights } from '../../../src/model/build/weights/open-weights.ts';
import { openSession } from '../../../src/model/session.ts';

export const TINY_DIR = join(import.meta.dirname, '../../fixtures/bert-tiny');

export interface ExpectedBatch {
  readonly input_ids: number[][];
  readonly attention_mask: number[][];
  readonly sentence_embedding: number[][];
}

export async function expectedBatches(model: string): Promise<ExpectedBatch[]> {
  return JSON.parse(await readFile(join(TINY_DIR, model, 'expected.json'), 'utf8')) as ExpectedBatch[];
}

/** Converts one of the tiny models (or a changed copy, by its path) and opens it; `use` gets the vectors of batches, and the folder of the files. */
export async function withTiny(
  model: string,
  pooling: Pooling,
  int8: boolean,
  use: (embed: (batch: ExpectedBatch) => Promise<number[][]>, graphPath: string) => Promise<void>,
): Promise<void> {
  const out = await mkdtemp(join(tmpdir(), 'bert-tiny-'));
  const weights = await openWeights(resolve(TINY_DIR, model));
  try {
    const config = await loadBertConfig(resolve(TINY_DIR, model));
    const path = join(out, 'model.onnx');
    await writeBert(path, { config, weights: findBertWeights(weights, config), pooling, int8 });
    const session = await openSession(path);
    await use(async ({ input_ids, attention_mask }) => {
      const width = input_ids[0]?.length ?? 0;
      const rows = {
        ids: Int32Array.from(input_ids.flat()),
        types: new Int32Array(input_ids.length * width),
        lengths: Int32Array.from(attention_mask, (mask) => mask.reduce((a, b) => a + b, 0)),
        width,
      };
      const { data = new Float32Array() } = (await session.run(rows, [OUTPUT]))[OUTPUT] ?? {};
      return input_ids.map((_, row) => [...data.subarray(row * config.hidden, (row + 1) * config.hidden)]);
    }, path);
  } finally {
    await weights.close();
    await rm(out, { recursive: true });
  }
}
