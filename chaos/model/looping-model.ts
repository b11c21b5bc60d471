import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initializerField, nodeField, valueField } from '../../src/model/build/onnx/messages.ts';
import { bytesField, type Encoded, intField, messageField } from '../../src/model/build/onnx/protobuf.ts';
import { type RawField, readMessage } from '../../test/unit/model-build/read-onnx.ts';
import { root } from '../cluster/private-build.ts';

/** A row longer than this is never answered; the golden rows are shorter. */
export const LOOPS_FROM_TOKENS = 300;

/** Numbers of onnx.proto: ModelProto.graph, GraphProto.node, NodeProto.input, attribute types, element types. */
const GRAPH = 7;
const NODE = 1;
const INPUT = 1;
const GRAPH_ATTRIBUTE = 5;
const BOOL = 9;

export interface Looping {
  /** Rows longer than this turn in the loop. */
  readonly fromTokens?: number;
  /** For ever when left out. */
  readonly turns?: number;
  /** Of the manifest. */
  readonly version?: string;
}

/**
 * The starter model, whose extractor turns in a Loop when a row is long: an inference that does not return, or one that
 * takes longer.
 */
export async function writeLoopingModel(dir: string, looping: Looping = {}): Promise<void> {
  await cp(join(root, 'models/starter'), dir, { recursive: true });
  const graphPath = join(dir, 'extractor.onnx');
  const manifestPath = join(dir, 'manifest.json');
  const graph = withLoop(await readFile(join(root, 'models/starter/extractor.onnx')), looping);
  await writeFile(graphPath, graph);
  const manifest = JSON.parse(await readFile(manifestPath, 'utf8'));
  manifest.extractor.sha256 = createHash('sha256').update(graph).digest('hex');
  await writeFile(
    manifestPath,
    JSON.stringify({ ...manifest, version: looping.version ?? manifest.version }),
  );
}

function withLoop(model: Buffer, looping: Looping): Buffer {
  const fields = readMessage(model).map((field) =>
    field.field === GRAPH
      ? messageField(GRAPH, graphWithLoop(field.value as Buffer, looping))
      : encoded(field),
  );
  return Buffer.concat(fields);
}

/** Everything that read `input_ids` now reads them plus the loop's result, which is 0. */
function graphWithLoop(graph: Buffer, looping: Looping): Encoded[] {
  const fields = readMessage(graph);
  const others = fields.filter(({ field }) => field !== NODE).map(encoded);
  const nodes = fields
    .filter(({ field }) => field === NODE)
    .map(({ value }) =>
      messageField(
        NODE,
        readMessage(value as Buffer).map((part) =>
          part.field === INPUT && String(part.value) === 'input_ids'
            ? bytesField(INPUT, 'looped_ids')
            : encoded(part),
        ),
      ),
    );
  return [...loopNodes(), ...nodes, ...constants(looping), ...others];
}

function loopNodes(): Encoded[] {
  const node = (op: string, inputs: string[], output: string) =>
    nodeField({ name: `loop_${output}`, op, inputs, output, attributes: {} });
  return [
    node('Shape', ['input_ids'], 'loop_shape'),
    node('Gather', ['loop_shape', 'loop_one'], 'loop_width'),
    node('Greater', ['loop_width', 'loop_limit'], 'loop_long'),
    node('Where', ['loop_long', 'loop_ever', 'loop_zero'], 'loop_trips'),
    loopNode(),
    node('Add', ['input_ids', 'loop_result'], 'looped_ids'),
  ];
}

/** Loop(trips, no condition, 0) of a body that hands its state on. */
function loopNode(): Encoded {
  const body = [
    nodeField({ name: 'body_go', op: 'Identity', inputs: ['go'], output: 'go_on', attributes: {} }),
    nodeField({ name: 'body_state', op: 'Mul', inputs: ['state', 'state'], output: 'next', attributes: {} }),
    bytesField(2, 'body'),
    valueField(11, 'turn', 'int64', []),
    boolValue(11, 'go'),
    valueField(11, 'state', 'int64', []),
    boolValue(12, 'go_on'),
    valueField(12, 'next', 'int64', []),
  ];
  const attribute = [bytesField(1, 'body'), messageField(6, body), intField(20, GRAPH_ATTRIBUTE)];
  return messageField(NODE, [
    ...['loop_trips', '', 'loop_zero'].map((name) => bytesField(INPUT, name)),
    bytesField(2, 'loop_result'),
    bytesField(3, 'loop'),
    bytesField(4, 'Loop'),
    messageField(5, attribute),
  ]);
}

function boolValue(field: 11 | 12, name: string): Encoded {
  const tensor = messageField(1, [intField(1, BOOL), messageField(2, [])]);
  return messageField(field, [bytesField(1, name), messageField(2, [tensor])]);
}

function constants({ fromTokens = LOOPS_FROM_TOKENS, turns = Number.MAX_SAFE_INTEGER }: Looping): Encoded[] {
  const values = {
    loop_one: 1,
    loop_zero: 0,
    loop_limit: fromTokens,
    loop_ever: turns,
  };
  return Object.entries(values).map(([name, value]) => {
    const bytes = new Uint8Array(BigInt64Array.of(BigInt(value)).buffer);
    return initializerField({ name, element: 'int64', dims: [] }, bytes);
  });
}

function encoded({ field, value }: RawField): Encoded {
  return typeof value === 'bigint' ? intField(field, Number(value)) : bytesField(field, value);
}
