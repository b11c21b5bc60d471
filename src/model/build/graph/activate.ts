import type { Activation } from '../bert-config.ts';
import type { GraphWriter } from '../onnx/graph-writer.ts';

/** The feed-forward activation. */
export function activate(graph: GraphWriter, activation: Activation, x: string): string {
  return activationNodes[activation](graph, x);
}

const activationNodes: Record<Activation, (graph: GraphWriter, x: string) => string> = {
  relu: (graph, x) => graph.node('Relu', [x]),
  // x · ½ · (1 + erf(x / √2))
  gelu(graph, x) {
    const erf = graph.node('Erf', [graph.node('Div', [x, graph.float('root_2', Math.SQRT2)])]);
    return half(graph, x, erf);
  },
  // x · ½ · (1 + tanh(√(2/π) · (x + 0.044715 x³))), Hendrycks & Gimpel 2016
  gelu_tanh(graph, x) {
    const cube = graph.node('Mul', [graph.node('Mul', [x, x]), x]);
    const bent = graph.node('Add', [x, graph.node('Mul', [cube, graph.float('gelu_cube', 0.044715)])]);
    const tanh = graph.node('Tanh', [
      graph.node('Mul', [bent, graph.float('gelu_root', Math.sqrt(2 / Math.PI))]),
    ]);
    return half(graph, x, tanh);
  },
};

function half(graph: GraphWriter, x: string, curve: string): string {
  const raised = graph.node('Add', [curve, graph.float('one', 1)]);
  return graph.node('Mul', [graph.node('Mul', [x, raised]), graph.float('half', 0.5)]);
}
