/** How token vectors become one sentence vector. */
export interface Pooling {
  readonly mode: 'cls' | 'mean' | 'mean_sqrt_len';
  /** Whether the vector is scaled to length 1. */
  readonly normalize: boolean;
}
