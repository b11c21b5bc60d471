import type { ExternalData } from './external-data.ts';
import {
  type Attribute,
  type Dimension,
  type Element,
  encodeModel,
  graphField,
  initializerField,
  nodeField,
  valueField,
} from './messages.ts';
import type { Encoded } from './protobuf.ts';

type Values = Float32Array | Int8Array | Uint8Array | BigInt64Array;

/** Below this a tensor stays in the graph, where shape inference and constant folding can see it. */
const EXTERNAL_FROM_BYTES = 1024;

/** Collects an ONNX graph. Values are known by name; nodes must be added in the order in which they run. */
export interface GraphWriter {
  input(name: string, element: Element, dims: readonly Dimension[]): string;
  /** Makes an existing value an output of the graph, under another name. */
  output(name: string, from: string, element: Element, dims: readonly Dimension[]): void;
  /** Adds a node → the name of its one output. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** A float scalar, or a list of int64: small constants, shared by name. */
  float(name: string, value: number): string;
  ints(name: string, values: readonly number[] | number): string;
  /** A weight; it is written out at once, so that its memory can go. */
  weight(name: string, element: Element, dims: readonly number[], values: Values): Promise<string>;
  /** The whole model. */
  encode(): Buffer;
  /** Only ModelProto.graph, to be put behind another model's bytes: Protocol Buffers merge the two. */
  encodeGraph(): Buffer;
}

export interface GraphOptions {
  readonly name: string;
  /** Keeps names apart from those of a graph that this one is added to. */
  readonly prefix?: string;
  /** Where weights go; a graph without weights needs none. */
  readonly external?: ExternalData;
}

export function createGraphWriter({ name, prefix = '', external }: GraphOptions): GraphWriter {
  const parts: Encoded[] = [];
  const constants = new Map<string, Encoded>();
  let nodes = 0;

  const inline = (key: string, element: Element, dims: readonly number[], values: Values) => {
    const name = `${prefix}${key}`;
    if (!constants.has(name)) constants.set(name, initializerField({ name, element, dims }, bytesOf(values)));
    return name;
  };
  const add = (op: string, inputs: readonly string[], output: string | undefined, attributes: object) => {
    nodes += 1;
    const name = `${prefix}${op}_${nodes}`;
    const node = { name, op, inputs, output: output ?? `${name}_out` };
    parts.push(nodeField({ ...node, attributes: attributes as Record<string, Attribute> }));
    return node.output;
  };

  const graph = () => graphField(name, [...parts, ...constants.values()]);

  return {
    input(name, element, dims) {
      parts.push(valueField(11, name, element, dims));
      return name;
    },
    output(name, from, element, dims) {
      add('Identity', [from], name, {});
      parts.push(valueField(12, name, element, dims));
    },
    node: (op, inputs, attributes = {}) => add(op, inputs, undefined, attributes),
    float: (name, value) => inline(name, 'float', [], Float32Array.of(value)),
    ints(name, values) {
      const dims = typeof values === 'number' ? [] : [values.length];
      return inline(name, 'int64', dims, BigInt64Array.from([values].flat().map(BigInt)));
    },
    async weight(name, element, dims, values) {
      const bytes = bytesOf(values);
      const outside = external && bytes.byteLength >= EXTERNAL_FROM_BYTES;
      const place = outside ? await external.append(bytes) : bytes;
      constants.set(name, initializerField({ name, element, dims }, place));
      return name;
    },
    encode: () => encodeModel(graph()),
    encodeGraph: graph,
  };
}

function bytesOf(values: Values): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
