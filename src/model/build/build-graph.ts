import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findBertWeights } from './bert-weights.ts';
import type { BuiltGraph } from './built-graph.ts';
import { adoptOnnx } from './graph/adopt-onnx.ts';
import { writeBert } from './graph/write-bert.ts';
import type { SourceModel } from './source-model.ts';
import { openWeights } from './weights/open-weights.ts';

/** A graph's own file name holds the name of its weights, so it is never renamed. */
export const GRAPH_FILE = 'model.onnx';

/** Writes the model's graph into a new folder. @throws ModelError */
export async function buildGraph(
  source: SourceModel,
  folder: string,
  int8: boolean,
  onProgress?: (fraction: number) => void,
): Promise<BuiltGraph> {
  await mkdir(folder);
  const path = join(folder, GRAPH_FILE);
  const { config, content, pooling } = source;
  if (content.kind === 'onnx')
    return adoptOnnx(path, { source: content.path, pooling, dimensions: config.hidden });
  const weights = await openWeights(source.dir);
  try {
    return await writeBert(path, {
      config,
      weights: findBertWeights(weights, config),
      pooling: await pooling(),
      int8,
      ...(onProgress && { onProgress }),
    });
  } finally {
    await weights.close();
  }
}

/** Bytes that a build takes on disk, within a few percent: parameters of the encoder × bytes each. */
export function estimateBytes({ config }: SourceModel, int8: boolean): number {
  const { vocabulary, hidden, intermediate, positions, types, layers } = config;
  const tables = (vocabulary + positions + types) * hidden;
  const layer = 4 * hidden * hidden + 2 * hidden * intermediate + 9 * hidden + intermediate;
  return Math.ceil((tables + layers * layer) * (int8 ? 1.1 : 4.05)) + (4 << 20);
}
