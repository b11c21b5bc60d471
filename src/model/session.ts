import { basename } from 'node:path';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';

/** Of the native library. */
export const runtimeVersion = env.versions.node ?? env.versions.common;

/** Rows padded to one width: `ids` and `types` are rows × width, padding included; `lengths` are the true ones. */
export interface PaddedRows {
  readonly ids: Int32Array;
  readonly types: Int32Array;
  readonly lengths: Int32Array;
  readonly width: number;
}

export interface RawOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface Session {
  /** Output name → columns: its last dimension, undefined when the graph leaves it open. */
  readonly columns: Record<string, number | undefined>;
  run(rows: PaddedRows, outputs: readonly string[]): Promise<Record<string, RawOutput>>;
}

/** int64 values, written through the low words of the same buffer: 4 × faster than BigInt (little-endian hosts). */
function int64(rows: number, width: number, fill: (lowWords: Int32Array) => void): Tensor {
  const data = new BigInt64Array(rows * width);
  fill(new Int32Array(data.buffer));
  return new Tensor('int64', data, [rows, width]);
}

const inputTensors: Record<string, (rows: PaddedRows) => Tensor> = {
  input_ids: ({ ids, lengths, width }) =>
    int64(lengths.length, width, (low) =>
      ids.forEach((id, i) => {
        low[2 * i] = id;
      }),
    ),
  token_type_ids: ({ types, lengths, width }) =>
    int64(lengths.length, width, (low) =>
      types.forEach((type, i) => {
        low[2 * i] = type;
      }),
    ),
  attention_mask: ({ lengths, width }) =>
    int64(lengths.length, width, (low) =>
      lengths.forEach((length, row) => {
        for (let i = 0; i < length; i += 1) low[2 * (row * width + i)] = 1;
      }),
    ),
};

const OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  enableCpuMemArena: false,
  enableMemPattern: true,
  logSeverityLevel: 3,
} as const satisfies InferenceSession.SessionOptions;

/**
 * Writes a graph as this host runs it best: optimised, its weights packed for this CPU in a file beside it, from which
 * sessions map them. The keys are those of onnxruntime_session_options_config_keys.h.
 */
export async function saveForHost(from: string, to: string): Promise<void> {
  const session = await InferenceSession.create(from, {
    ...OPTIONS,
    optimizedModelFilePath: to,
    extra: {
      session: {
        save_external_prepacked_constant_initializers: '1',
        optimized_model_external_initializers_file_name: `${basename(to)}.data`,
        optimized_model_external_initializers_min_size_in_bytes: '1024',
      },
    },
  });
  await session.release();
}

/**
 * Opens an ONNX graph for one thread (docs/adr/0002-inference-thread.md says why these options). `run` blocks its thread
 * for the whole inference.
 * @throws Error naming the input when the graph asks for one that no BERT has.
 */
export async function openSession(path: string): Promise<Session> {
  const session = await InferenceSession.create(path, OPTIONS);
  const feeds = session.inputNames.map((name) => {
    const create = inputTensors[name];
    if (!create)
      throw new Error(`${path} asks for an input "${name}"; known: ${Object.keys(inputTensors).join(', ')}`);
    return [name, create] as const;
  });
  return {
    columns: Object.fromEntries(session.outputMetadata.map((output) => [output.name, columnsOf(output)])),
    async run(rows, outputs) {
      const results = await session.run(
        Object.fromEntries(feeds.map(([name, create]) => [name, create(rows)])),
        [...outputs],
      );
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [
          name,
          { dims: tensor.dims, data: tensor.data as Float32Array },
        ]),
      );
    },
  };
}

function columnsOf(output: InferenceSession.ValueMetadata): number | undefined {
  const last = output.isTensor ? output.shape.at(-1) : undefined;
  return typeof last === 'number' ? last : undefined;
}
