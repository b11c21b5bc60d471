import { join } from 'node:path';
import { type BatchObserver, createBatcher, type RunningBatch } from '../batching/batcher.ts';
import { StartError } from '../errors.ts';
import type { Call, Engine, Matrix, Sequence } from './engine.ts';
import { checkColumns } from './manifest/check-columns.ts';
import type { Manifest } from './manifest.ts';
import { startThread, type ThreadRow } from './start-thread.ts';
import type { Graph, GraphFiles } from './thread-messages.ts';
import { loadTokenizer } from './tokenizer.ts';

export interface EngineOptions {
  /** The model folder; its files were verified against the manifest. */
  readonly dir: string;
  readonly manifest: Manifest;
  /** Tokens that may wait. */
  readonly queueTokens: number;
  readonly observer: BatchObserver;
  /** Called once if the inference thread ends by itself. */
  readonly onExit: (reason: Error) => void;
}

export interface RunningEngine extends Engine {
  readonly loadSeconds: number;
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
  const { dir, manifest } = options;
  const files: GraphFiles = {};
  if (manifest.extractor) files.extractor = join(dir, manifest.extractor.file);
  if (manifest.encoder) files.encoder = join(dir, manifest.encoder.file);
  const [tokenizer, thread] = await Promise.all([
    loadTokenizer(dir, manifest),
    startThread(files, options.onExit).catch((error: unknown) => {
      throw new StartError(`${dir}: a graph could not be opened: ${(error as Error).message}`, error);
    }),
  ]);
  try {
    checkColumns(dir, manifest, thread.columns);
  } catch (error) {
    await thread.close();
    throw error;
  }

  const batcher = createBatcher<ThreadRow, Record<string, Matrix>>({
    limitTokens: options.queueTokens,
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
      for (const row of rows) call.tokens += row.tokens;
      call.stages.infer += inferSeconds;
      call.stages.queue += Math.max(0, (performance.now() - startedAt) / 1000 - inferSeconds);
    }
  };

  return {
    manifest,
    loadSeconds: thread.loadSeconds,
    queue: batcher,
    special: { cls: tokenizer.cls, sep: tokenizer.sep },
    async tokenize(text, call) {
      const startedAt = performance.now();
      const encoding = await tokenizer.encode(text);
      call.stages.tokenize += (performance.now() - startedAt) / 1000;
      return encoding;
    },
    async extract<Name extends string>(sequences: readonly Sequence[], outputs: readonly Name[], call: Call) {
      return (await run('extractor', sequences, outputs, call)) as Record<Name, Matrix>[];
    },
    async embed(sequences, call) {
      const output = manifest.encoder?.output ?? '';
      const rows = await run('encoder', sequences, [output], call);
      return rows.map((row) => row[output]?.data ?? new Float32Array());
    },
    refuse: () => batcher.close(),
    async close() {
      batcher.close();
      await thread.close();
    },
  };
}
