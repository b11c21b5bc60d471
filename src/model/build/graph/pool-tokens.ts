import type { GraphWriter } from '../onnx/graph-writer.ts';
import type { Pooling } from '../pooling.ts';

/**
 * [batch, tokens, hidden] → one vector a text. Only operators whose form is the same in every opset from 7 to 17 and
 * beyond, so that it can be put behind a graph of another writer too.
 */
export function poolTokens(graph: GraphWriter, hidden: string, { mode, normalize }: Pooling): string {
  const pooled = poolNodes[mode](graph, hidden);
  return normalize ? graph.node('LpNormalization', [pooled], { axis: -1, p: 2 }) : pooled;
}

const poolNodes: Record<Pooling['mode'], (graph: GraphWriter, hidden: string) => string> = {
  cls: (graph, hidden) => graph.node('Gather', [hidden, graph.ints('first', 0)], { axis: 1 }),
  mean(graph, hidden) {
    const { mask, sum } = masked(graph, hidden);
    return graph.node('Div', [sum, count(graph, mask)]);
  },
  mean_sqrt_len(graph, hidden) {
    const { mask, sum } = masked(graph, hidden);
    return graph.node('Div', [sum, graph.node('Sqrt', [count(graph, mask)])]);
  },
};

/** The mask as [batch, 1, tokens], and the sum of the tokens it lets through, [batch, hidden]. */
function masked(graph: GraphWriter, hidden: string) {
  const floats = graph.node('Cast', ['attention_mask'], { to: 1 });
  const mask = graph.node('Reshape', [floats, graph.ints('as_row', [0, 1, -1])]);
  return { mask, sum: flat(graph, graph.node('MatMul', [mask, hidden])) };
}

/** How many tokens the mask lets through, [batch, 1]: its product with itself, since it is 0 or 1. */
function count(graph: GraphWriter, mask: string): string {
  return flat(graph, graph.node('MatMul', [mask, graph.node('Transpose', [mask], { perm: [0, 2, 1] })]));
}

/** [batch, 1, n] → [batch, n] */
function flat(graph: GraphWriter, row: string): string {
  return graph.node('Gather', [row, graph.ints('first', 0)], { axis: 1 });
}
