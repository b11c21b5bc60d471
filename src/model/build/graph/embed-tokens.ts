import type { BertConfig } from '../bert-config.ts';
import { type GraphContext, layerNorm } from './linear.ts';
import { quantizeRows } from './quantize-rows.ts';

const TABLE_LEVELS = 127;

/** Words + types + positions, normalised: [batch, tokens, hidden]. */
export async function embedTokens(context: GraphContext, config: BertConfig): Promise<string> {
  const { graph, weights } = context;
  const { hidden } = config;
  const table = async (name: string, rows: number) => {
    const full = `embeddings.${name}_embeddings.weight`;
    return graph.weight(full, 'float', [rows, hidden], await weights.read(full));
  };
  const words = await gatherWords(context, config);
  const types = graph.node('Gather', [await table('token_type', config.types), 'token_type_ids']);
  const length = graph.node('Gather', [graph.node('Shape', ['input_ids']), graph.ints('axis_1', [1])]);
  const places = graph.node('Slice', [
    await table('position', config.positions),
    graph.ints('axis_0', [0]),
    length,
  ]);
  const sum = graph.node('Add', [graph.node('Add', [words, types]), places]);
  return layerNorm(context, sum, 'embeddings.LayerNorm', config);
}

async function gatherWords({ graph, weights, int8 }: GraphContext, config: BertConfig): Promise<string> {
  const name = 'embeddings.word_embeddings.weight';
  const { vocabulary, hidden } = config;
  const values = await weights.read(name);
  if (!int8)
    return graph.node('Gather', [
      await graph.weight(name, 'float', [vocabulary, hidden], values),
      'input_ids',
    ]);
  const { codes, steps } = quantizeRows(values, vocabulary, hidden, TABLE_LEVELS);
  const rows = graph.node('Gather', [
    await graph.weight(name, 'int8', [vocabulary, hidden], codes),
    'input_ids',
  ]);
  const stepTable = await graph.weight(`${name}.step`, 'float', [vocabulary, 1], steps);
  return graph.node('Mul', [
    graph.node('Cast', [rows], { to: 1 }),
    graph.node('Gather', [stepTable, 'input_ids']),
  ]);
}
