import type { Matrix } from './engine.ts';
import type { GraphColumns } from './manifest/check-columns.ts';

/** The graphs of a model folder; also the batcher's lanes. */
export type Graph = 'extractor' | 'encoder';

/** How the thread is started: where each graph's file is. */
export type GraphFiles = Partial<Record<Graph, string>>;

export interface RunMessage {
  readonly id: number;
  readonly graph: Graph;
  readonly ids: Int32Array<ArrayBuffer>;
  readonly types: Int32Array<ArrayBuffer>;
  readonly lengths: Int32Array<ArrayBuffer>;
  readonly width: number;
  readonly outputs: readonly string[];
}

export type ThreadMessage =
  | {
      readonly type: 'loaded';
      readonly columns: GraphColumns;
      readonly seconds: number;
    }
  /** The graphs could not be opened. */
  | { readonly type: 'load-failed'; readonly reason: string }
  /** One record of matrices a row, in the rows' order. */
  | { readonly type: 'done'; readonly id: number; readonly rows: Record<string, Matrix>[] }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string };
