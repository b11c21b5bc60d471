// The messages of onnx.proto that a graph of ours is made of; field numbers as in
// https://github.com/onnx/onnx/blob/v1.16.0/onnx/onnx.proto
import { bytesField, type Encoded, floatField, intField, messageField, packedField } from './protobuf.ts';

/** TensorProto.DataType */
export const ELEMENT = { float: 1, uint8: 2, int8: 3, int64: 7 } as const;
export type Element = keyof typeof ELEMENT;

/** AttributeProto.AttributeType */
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;

/** A number is an integer; a float says so. */
export type Attribute = number | readonly number[] | { readonly float: number };

/** A size, or the name of one that varies. */
export type Dimension = number | string;

function attribute(name: string, value: Attribute): Encoded[] {
  if (typeof value === 'number')
    return [bytesField(1, name), intField(3, value), intField(20, ATTRIBUTE.int)];
  if ('float' in value)
    return [bytesField(1, name), floatField(2, value.float), intField(20, ATTRIBUTE.float)];
  return [bytesField(1, name), packedField(8, value), intField(20, ATTRIBUTE.ints)];
}

export interface NodeParts {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** GraphProto.node */
export function nodeField({ name, op, inputs, output, attributes }: NodeParts): Encoded {
  return messageField(1, [
    ...inputs.map((input) => bytesField(1, input)),
    bytesField(2, output),
    bytesField(3, name),
    bytesField(4, op),
    ...Object.entries(attributes).map(([key, value]) => messageField(5, attribute(key, value))),
  ]);
}

export interface TensorParts {
  readonly name: string;
  readonly element: Element;
  readonly dims: readonly number[];
}

/** Where a tensor's bytes are, in a file beside the graph. */
export interface ExternalPlace {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** GraphProto.initializer, with its bytes or the place of them. */
export function initializerField(
  { name, element, dims }: TensorParts,
  content: Uint8Array | ExternalPlace,
): Encoded {
  const data =
    content instanceof Uint8Array
      ? [bytesField(9, content)]
      : [
          ...Object.entries({ location: content.file, offset: content.offset, length: content.length }).map(
            ([key, value]) => messageField(13, [bytesField(1, key), bytesField(2, String(value))]),
          ),
          intField(14, 1),
        ];
  return messageField(5, [packedField(1, dims), intField(2, ELEMENT[element]), bytesField(8, name), ...data]);
}

/** GraphProto.input (11) or GraphProto.output (12). */
export function valueField(
  field: 11 | 12,
  name: string,
  element: Element,
  dims: readonly Dimension[],
): Encoded {
  const shape = dims.map((dim) =>
    messageField(1, [typeof dim === 'number' ? intField(1, dim) : bytesField(2, dim)]),
  );
  const tensor = messageField(1, [intField(1, ELEMENT[element]), messageField(2, shape)]);
  return messageField(field, [bytesField(1, name), messageField(2, [tensor])]);
}

/** ModelProto.graph: ends with its name. */
export function graphField(name: string, parts: readonly Encoded[]): Encoded {
  return messageField(7, [...parts, bytesField(2, name)]);
}

/** IR version 8 is that of opset 17 (onnx 1.12), the first with LayerNormalization. */
const IR_VERSION = 8;
const OPSET = 17;

/** A whole ModelProto. */
export function encodeModel(graph: Encoded): Buffer {
  return Buffer.concat([
    intField(1, IR_VERSION),
    bytesField(2, 'gte-serve'),
    graph,
    messageField(8, [bytesField(1, ''), intField(2, OPSET)]),
  ]);
}
