/** A file of the model folder as the manifest names it. */
export interface NamedFile {
  readonly file: string;
  readonly sha256: string;
}

/** A graph on disk, and the weights beside it. */
export interface BuiltGraph {
  readonly graph: NamedFile;
  readonly data?: NamedFile;
  readonly bytes: number;
}
