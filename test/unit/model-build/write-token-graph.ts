import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBertConfig } from '../../../src/model/build/bert-config.ts';
import { findBertWeights } from '../../../src/model/build/bert-weights.ts';
import { embedTokens } from '../../../src/model/build/graph/embed-tokens.ts';
import { encodeLayer, paddingBias } from '../../../src/model/build/graph/encode-layer.ts';
import { createExternalData } from '../../../src/model/build/onnx/external-data.ts';
import { createGraphWriter } from '../../../src/model/build/onnx/graph-writer.ts';
import { openWeights } from '../../../src/model/build/weights/open-weights.ts';

/** Writes what other exporters write: a graph that gives token vectors only, with model.onnx_data beside it. */
export async function writeTokenGraph(sourceDir: string, path: string): Promise<void> {
  const config = await loadBertConfig(sourceDir);
  const source = await openWeights(sourceDir);
  const external = await createExternalData(`${path}_data`);
  const graph = createGraphWriter({ name: 'exported', external });
  const context = { graph, weights: findBertWeights(source, config), int8: false };
  for (const name of ['input_ids', 'attention_mask', 'token_type_ids'])
    graph.input(name, 'int64', ['batch', 'tokens']);
  let hidden = await embedTokens(context, config);
  const bias = paddingBias(context);
  for (let index = 0; index < config.layers; index += 1)
    hidden = await encodeLayer(context, config, hidden, bias, { index, firstOnly: false });
  graph.output('last_hidden_state', hidden, 'float', ['batch', 'tokens', config.hidden]);
  await external.finish();
  await writeFile(path, graph.encode());
  await source.close();
}

export const graphPath = (dir: string) => join(dir, 'onnx', 'model.onnx');
