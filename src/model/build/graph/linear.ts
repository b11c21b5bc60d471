import type { BertWeights } from '../bert-weights.ts';
import type { GraphWriter } from '../onnx/graph-writer.ts';
import { quantizeRows } from './quantize-rows.ts';
import { transpose } from './transpose.ts';

/** What the parts of a BERT graph share. */
export interface GraphContext {
  readonly graph: GraphWriter;
  readonly weights: BertWeights;
  readonly int8: boolean;
}

/** A value of the graph and, for int8, its codes (u8 around 128) with the scale of each token. */
export interface Activations {
  readonly value: string;
  readonly quantized?: { readonly codes: string; readonly scale: string };
}

const UINT8 = 2;
const FLOAT = 1;
/** 7 bits and a sign. */
const WEIGHT_LEVELS = 63;

/** Codes by token at run time, so that an answer does not depend on what else is in the batch. */
export function activations({ graph, int8 }: GraphContext, value: string): Activations {
  if (!int8) return { value };
  const largest = graph.node('ReduceMax', [graph.node('Abs', [value])], { axes: [-1], keepdims: 1 });
  const scaled = graph.node('Mul', [largest, graph.float('per_level', 1 / 127)]);
  const scale = graph.node('Max', [scaled, graph.float('tiny', 1e-9)]);
  const rounded = graph.node('Round', [graph.node('Div', [value, scale])]);
  const shifted = graph.node('Add', [rounded, graph.float('middle', 128)]);
  return { value, quantized: { codes: graph.node('Cast', [shifted], { to: UINT8 }), scale } };
}

/** value × weightᵀ + bias, for the tensors `name`.weight [to, from] and `name`.bias [to]. */
export async function linear(
  { graph, weights }: GraphContext,
  input: Activations,
  name: string,
  [from, to]: readonly [from: number, to: number],
): Promise<string> {
  const weight = await weights.read(`${name}.weight`);
  const bias = await graph.weight(`${name}.bias`, 'float', [to], await weights.read(`${name}.bias`));
  if (!input.quantized) {
    const matrix = await graph.weight(`${name}.weight`, 'float', [from, to], transpose(weight, to, from));
    return graph.node('Add', [graph.node('MatMul', [input.value, matrix]), bias]);
  }
  const { codes, steps } = quantizeRows(weight, to, from, WEIGHT_LEVELS);
  const matrix = await graph.weight(`${name}.weight`, 'int8', [from, to], transpose(codes, to, from));
  const step = await graph.weight(`${name}.step`, 'float', [to], steps);
  const zero = await graph.weight('zero_point', 'uint8', [], Uint8Array.of(128));
  const product = graph.node('MatMulInteger', [input.quantized.codes, matrix, zero]);
  const asFloat = graph.node('Cast', [product], { to: FLOAT });
  // Two Muls, never one by scale × step: onnxruntime's MatMulIntegerToFloat fusion takes that for a scalar scale.
  const byToken = graph.node('Mul', [asFloat, input.quantized.scale]);
  return graph.node('Add', [graph.node('Mul', [byToken, step]), bias]);
}

/** LayerNormalization over the last axis, for the tensors `name`.weight and `name`.bias. */
export async function layerNorm(
  { graph, weights }: GraphContext,
  value: string,
  name: string,
  { hidden, epsilon }: { readonly hidden: number; readonly epsilon: number },
): Promise<string> {
  const scale = await graph.weight(`${name}.weight`, 'float', [hidden], await weights.read(`${name}.weight`));
  const bias = await graph.weight(`${name}.bias`, 'float', [hidden], await weights.read(`${name}.bias`));
  return graph.node('LayerNormalization', [value, scale, bias], { axis: -1, epsilon: { float: epsilon } });
}
