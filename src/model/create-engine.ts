import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BatchObserver, createBatcher, type RunningBatch } from '../batching/batcher.ts';
import { StartError } from '../errors.ts';
import { modelName } from '../model-name.ts';
import { combineManifests } from './combine-manifests.ts';
import type { Call, Engine, Matrix, Reader, Sequence } from './engine.ts';
import { graphDigest } from './graph-digest.ts';
import { SHARE_FROM_BYTES } from './host-copy.ts';
import { checkColumns } from './manifest/check-columns.ts';
import type { Manifest } from './manifest.ts';
import { startThread, type ThreadRow } from './start-thread.ts';
import type { Graph, Sharing, ThreadOptions } from './thread-messages.ts';
import { loadTokenizer } from './tokenizer.ts';

/** A model folder whose files were verified against its manifest. */
export interface ModelFolder {
  readonly dir: string;
  readonly manifest: Manifest;
}

export interface EngineOptions extends ModelFolder {
  /** Where the encoder comes from instead. */
  readonly encoder?: ModelFolder | undefined;
  /** Where large graphs are kept as this host runs them best. */
  readonly cacheDir?: string;
  /** Which graphs are large: those that have so many bytes together. */
  readonly shareFromBytes?: number;
  /** Tokens that may wait. */
  readonly queueTokens: number;
  /** How long the work before a request may take, in ms; undefined: some batches. */
  readonly queueMs?: number | undefined;
  readonly observer: BatchObserver;
  /** Called once if the inference thread ends by itself. */
  readonly onExit: (reason: Error) => void;
}

export interface RunningEngine extends Engine {
  readonly loadSeconds: number;
  /** What became of graphs large enough to be shared by all workers. */
  readonly sharing: readonly Sharing[];
  readonly queue: {
    readonly depth: number;
    readonly tokens: number;
    readonly limitTokens: number;
    readonly running: RunningBatch | undefined;
  };
  /** Refuses new work; what is queued is still answered. */
  refuse(): void;
  close(): Promise<void>;
}

/**
 * The engine over one model folder: tokenizer here, graphs in the inference thread, a batcher between.
 * @throws StartError when a file can't be used.
 */
export async function createEngine(options: EngineOptions): Promise<RunningEngine> {
  const { dir, manifest, cacheDir, shareFromBytes: fromBytes = SHARE_FROM_BYTES } = options;
  const folders = { extractor: { dir, manifest }, encoder: options.encoder ?? { dir, manifest } };
  const graphs: ThreadOptions['graphs'] = {
    ...(await graphFile('extractor', folders.extractor)),
    ...(await graphFile('encoder', folders.encoder)),
  };
  const [extractor, encoder, thread] = await Promise.all([
    createReader(folders.extractor),
    options.encoder && createReader(options.encoder),
    startThread(
      { graphs, ...(cacheDir !== undefined && { share: { cacheDir, fromBytes } }) },
      options.onExit,
    ).catch((error: unknown) => {
      throw new StartError(`${dir}: a graph could not be opened: ${(error as Error).message}`, error);
    }),
  ]);
  try {
    const { extractor: spans, encoder: vectors } = folders;
    checkColumns(spans.dir, { ...spans.manifest, encoder: undefined }, thread.columns);
    checkColumns(vectors.dir, { ...vectors.manifest, extractor: undefined }, thread.columns);
  } catch (error) {
    await thread.close();
    throw error;
  }

  const batcher = createBatcher<ThreadRow, Record<string, Matrix>>({
    limitTokens: options.queueTokens,
    waitMs: options.queueMs,
    observer: options.observer,
    run: ({ lane, inputs }) => thread.run(lane as Graph, inputs),
  });

  const run = async (
    graph: Graph,
    sequences: readonly Sequence[],
    outputs: readonly string[],
    call: Call,
  ) => {
    const rows = sequences.map((sequence) => ({ input: { sequence, outputs }, tokens: sequence.ids.length }));
    const startedAt = performance.now();
    let inferSeconds = 0;
    try {
      const done = await batcher.add({ lane: graph, rows, signal: call.signal, deadline: call.deadline });
      inferSeconds = done.inferSeconds;
      return done.outputs;
    } finally {
      call.model = modelName(folders[graph].manifest);
      for (const row of rows) call.tokens += row.tokens;
      call.stages.infer += inferSeconds;
      call.stages.queue += Math.max(0, (performance.now() - startedAt) / 1000 - inferSeconds);
    }
  };

  return {
    manifest: combineManifests(manifest, options.encoder?.manifest),
    extractor,
    encoder: encoder ?? extractor,
    sharing: thread.sharing,
    loadSeconds: thread.loadSeconds,
    queue: batcher,
    async extract<Name extends string>(sequences: readonly Sequence[], outputs: readonly Name[], call: Call) {
      return (await run('extractor', sequences, outputs, call)) as Record<Name, Matrix>[];
    },
    async embed(sequences, call) {
      const { output = '', normalized } = folders.encoder.manifest.encoder ?? {};
      const rows = await run('encoder', sequences, [output], call);
      const vectors = rows.map((row) => row[output]?.data ?? new Float32Array());
      return normalized ? vectors : vectors.map(ofLengthOne);
    },
    refuse: () => batcher.close(),
    async close() {
      batcher.close();
      await thread.close();
    },
  };
}

function ofLengthOne(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}

/** Where a folder's graph is, if it has it, and how large it is with its weights. */
async function graphFile(graph: Graph, { dir, manifest }: ModelFolder): Promise<ThreadOptions['graphs']> {
  const described = manifest[graph];
  if (!described) return {};
  const files = [described, ...(described.data ? [described.data] : [])].map(({ file, sha256 }) => ({
    path: join(dir, file),
    sha256,
  }));
  const sizes = await Promise.all(files.map(({ path }) => stat(path).catch(() => ({ size: 0 })))); // verifyFiles complains
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  return {
    [graph]: { path: join(dir, described.file), files, bytes, digest: graphDigest(described) },
  };
}

async function createReader({ dir, manifest }: ModelFolder): Promise<Reader> {
  const tokenizer = await loadTokenizer(dir, manifest);
  return {
    cls: tokenizer.cls,
    sep: tokenizer.sep,
    maxTokens: manifest.tokenizer.max_tokens,
    async tokenize(text, call) {
      const startedAt = performance.now();
      const encoding = await tokenizer.encode(text);
      call.stages.tokenize += (performance.now() - startedAt) / 1000;
      return encoding;
    },
  };
}
