/** What a weight file says about one tensor; row-major. */
export interface TensorInfo {
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** Named tensors on disk, read one at a time so that memory holds the largest, never the whole model. */
export interface TensorSource {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** @throws ModelError when the tensor is not of floats, is cut short, or holds NaN or infinity. */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
  close(): Promise<void>;
}

export function countElements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
