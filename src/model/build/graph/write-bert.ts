import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BertConfig } from '../bert-config.ts';
import type { BertWeights } from '../bert-weights.ts';
import type { BuiltGraph } from '../built-graph.ts';
import { createExternalData } from '../onnx/external-data.ts';
import { createGraphWriter, type GraphWriter } from '../onnx/graph-writer.ts';
import type { Pooling } from '../pooling.ts';
import { writeDurably } from '../write-durably.ts';
import { embedTokens } from './embed-tokens.ts';
import { encodeLayer, paddingBias } from './encode-layer.ts';
import type { GraphContext } from './linear.ts';
import { poolTokens } from './pool-tokens.ts';

export const OUTPUT = 'sentence_embedding';

export interface BertBuild {
  readonly config: BertConfig;
  readonly weights: BertWeights;
  readonly pooling: Pooling;
  readonly int8: boolean;
  /** Called as layers are written; fraction from 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Writes a BERT sentence encoder as `path` (graph) and `path`.data (weights), ONNX opset 17. Inputs: input_ids,
 * attention_mask, token_type_ids, int64 [batch, tokens]; output: sentence_embedding, float [batch, hidden]. Memory: the
 * largest tensor, twice.
 * @throws ModelError when a weight can't be read; both files are removed then.
 */
export async function writeBert(path: string, build: BertBuild): Promise<BuiltGraph> {
  const dataPath = `${path}.data`;
  const external = await createExternalData(dataPath);
  try {
    const graph = createGraphWriter({ name: 'bert_sentence_encoder', external });
    await addEncoder(graph, build);
    const data = await external.finish();
    const bytes = graph.encode();
    await writeDurably(path, bytes);
    return {
      graph: { file: basename(path), sha256: createHash('sha256').update(bytes).digest('hex') },
      data: { file: basename(dataPath), sha256: data.sha256 },
      bytes: bytes.length + data.bytes,
    };
  } catch (error) {
    await external.abort();
    await Promise.all([dataPath, path].map((file) => rm(file, { force: true })));
    throw error;
  }
}

async function addEncoder(graph: GraphWriter, build: BertBuild): Promise<void> {
  const { config, pooling } = build;
  const context: GraphContext = { graph, weights: build.weights, int8: build.int8 };
  for (const name of ['input_ids', 'attention_mask', 'token_type_ids'])
    graph.input(name, 'int64', ['batch', 'tokens']);
  let hidden = await embedTokens(context, config);
  const bias = paddingBias(context);
  for (let index = 0; index < config.layers; index += 1) {
    build.onProgress?.((index + 1) / (config.layers + 1));
    const firstOnly = pooling.mode === 'cls' && index === config.layers - 1;
    hidden = await encodeLayer(context, config, hidden, bias, { index, firstOnly });
  }
  graph.output(OUTPUT, poolTokens(graph, hidden, pooling), 'float', ['batch', config.hidden]);
  build.onProgress?.(1);
}
