import type { Matrix } from './engine.ts';
import type { HostCopy } from './host-copy.ts';
import type { GraphColumns } from './manifest/check-columns.ts';

/** The graphs of a model folder; also the batcher's lanes. */
export type Graph = 'extractor' | 'encoder';

export interface GraphFile {
  readonly path: string;
  /** The graph's own file and, where they are apart, its weights, with what the manifest says of each. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** Of all of them. */
  readonly bytes: number;
  /** As graphDigest tells it. */
  readonly digest: string;
}

/** How the thread is started. */
export interface ThreadOptions {
  readonly graphs: Partial<Record<Graph, GraphFile>>;
  /** Where graphs are kept as this host runs them best, if they have so many bytes together; undefined: nowhere. */
  readonly share?: { readonly cacheDir: string; readonly fromBytes: number };
}

/** What became of a large graph: loaded from this host's copy, or as it is and why. */
export interface Sharing {
  readonly graph: Graph;
  readonly copy?: HostCopy;
  readonly problem?: string;
}

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
      readonly sharing: readonly Sharing[];
    }
  /** The graphs could not be opened. */
  | { readonly type: 'load-failed'; readonly reason: string }
  /** One record of matrices a row, in the rows' order. */
  | { readonly type: 'done'; readonly id: number; readonly rows: Record<string, Matrix>[] }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string };
