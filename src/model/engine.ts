import type { Manifest } from './manifest.ts';
import type { Encoding, SpecialTokens } from './tokenizer.ts';

/** One row for a graph: ids with [CLS] and [SEP]; `types` are 0 unless given. */
export interface Sequence {
  readonly ids: readonly number[];
  readonly types?: readonly number[];
}

/** Row-major float32 values of one sequence: rows = its tokens (padding removed), or 1 for a pooled output. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** Seconds spent on one request, by stage. They add up to its time in the service. */
export interface Stages {
  tokenize: number;
  queue: number;
  infer: number;
  decode: number;
}

/** One request on its way through the layers: may be cancelled, must end by `deadline`, collects what it cost. */
export interface Call {
  readonly signal: AbortSignal;
  /** performance.now() milliseconds. */
  readonly deadline: number;
  readonly timeoutMs: number;
  readonly stages: Stages;
  /** Tokens sent to the model, special ones included. */
  tokens: number;
  /** name@version of the model that ran last; undefined when none had to. */
  model?: string;
}

/** How one graph reads text: its tokenizer, which runs on the caller's thread. */
export interface Reader extends SpecialTokens {
  /** Longest sequence, special tokens included. */
  readonly maxTokens: number;
  /** Long texts in slices, so that the event loop turns. */
  tokenize(text: string, call: Call): Promise<Encoding>;
}

/** What the model folders offer to the tasks. Tokenising runs on the caller's thread, graphs in the inference thread. */
export interface Engine {
  /** Of both graphs, where they come from two folders. */
  readonly manifest: Manifest;
  /** Reads for `extract`. */
  readonly extractor: Reader;
  /** Reads for `embed`. */
  readonly encoder: Reader;
  /**
   * Runs the extractor; all sequences are admitted or refused together.
   * @returns for each sequence its logits by output name.
   * @throws OverloadedError, DeadlineError, CancelledError, InferenceError
   */
  extract<Name extends string>(
    sequences: readonly Sequence[],
    outputs: readonly Name[],
    call: Call,
  ): Promise<Record<Name, Matrix>[]>;
  /** Runs the encoder → one L2-normalised vector a sequence. Throws as `extract`. */
  embed(sequences: readonly Sequence[], call: Call): Promise<Float32Array[]>;
}
