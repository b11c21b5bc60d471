import type { BertConfig } from '../bert-config.ts';
import { activate } from './activate.ts';
import { type Activations, activations, type GraphContext, layerNorm, linear } from './linear.ts';

/** Added to the scores of padding: 0 for tokens, −10,000 for the rest (exp of it is 0 in float32). [batch, 1, 1, tokens] */
export function paddingBias({ graph }: GraphContext): string {
  const wide = graph.node('Unsqueeze', ['attention_mask', graph.ints('axes_1_2', [1, 2])]);
  const mask = graph.node('Cast', [wide], { to: 1 });
  return graph.node('Mul', [
    graph.node('Sub', [graph.float('one', 1), mask]),
    graph.float('masked', -10_000),
  ]);
}

/**
 * One transformer layer: [batch, tokens, hidden] → the same, or [batch, 1, hidden] of token 0 when `firstOnly` (keys and
 * values need all tokens, everything behind them only one).
 */
export async function encodeLayer(
  context: GraphContext,
  config: BertConfig,
  input: string,
  bias: string,
  { index, firstOnly }: { readonly index: number; readonly firstOnly: boolean },
): Promise<string> {
  const { graph } = context;
  const { hidden, intermediate } = config;
  const name = `encoder.layer.${index}`;
  const source = activations(context, input);
  const asking = firstOnly
    ? activations(context, graph.node('Gather', [input, graph.ints('axis_0', [0])], { axis: 1 }))
    : source;

  const mixed = await attend(context, config, { source, asking, bias, name: `${name}.attention.self` });
  const shape = [hidden, hidden] as const;
  const out = await linear(context, activations(context, mixed), `${name}.attention.output.dense`, shape);
  const attended = await layerNorm(
    context,
    graph.node('Add', [asking.value, out]),
    `${name}.attention.output.LayerNorm`,
    config,
  );

  const up = await linear(context, activations(context, attended), `${name}.intermediate.dense`, [
    hidden,
    intermediate,
  ]);
  const bent = activations(context, activate(graph, config.activation, up));
  const down = await linear(context, bent, `${name}.output.dense`, [intermediate, hidden]);
  return layerNorm(context, graph.node('Add', [attended, down]), `${name}.output.LayerNorm`, config);
}

interface Attention {
  readonly source: Activations;
  readonly asking: Activations;
  readonly bias: string;
  readonly name: string;
}

/** Scaled dot-product attention of all heads: [batch, asking tokens, hidden]. */
async function attend(
  context: GraphContext,
  { hidden, heads }: BertConfig,
  { source, asking, bias, name }: Attention,
): Promise<string> {
  const { graph } = context;
  const size = hidden / heads;
  const split = graph.ints('split_heads', [0, 0, heads, size]);
  const project = async (part: string, from: Activations, perm: readonly number[]) => {
    const projected = await linear(context, from, `${name}.${part}`, [hidden, hidden]);
    return graph.node('Transpose', [graph.node('Reshape', [projected, split])], { perm });
  };
  const query = await project('query', asking, [0, 2, 1, 3]);
  const key = await project('key', source, [0, 2, 3, 1]);
  const value = await project('value', source, [0, 2, 1, 3]);
  const products = graph.node('MatMul', [query, key]);
  const scores = graph.node('Div', [products, graph.float('root_size', Math.sqrt(size))]);
  const shares = graph.node('Softmax', [graph.node('Add', [scores, bias])], { axis: -1 });
  const mixed = graph.node('Transpose', [graph.node('MatMul', [shares, value])], { perm: [0, 2, 1, 3] });
  return graph.node('Reshape', [mixed, graph.ints('join_heads', [0, 0, hidden])]);
}
