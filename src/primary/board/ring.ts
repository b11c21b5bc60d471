import type { Fold } from './columns.ts';

/** The last `rows` samples, one a step, in memory that is taken once. */
export interface Ring {
  /** Bytes of memory, for the whole life. */
  readonly bytes: number;
  /** Index of the newest row; -1: empty. */
  readonly last: number;
  /** Folds a row into the one at `index`; rows skipped since the newest stay 0. Older ones are ignored. */
  add(index: number, row: ArrayLike<number>): void;
  /** Rows as 32-bit little-endian floats, oldest first, ending with the newest; as many as there are. */
  read(): Buffer;
}

export function createRing(rows: number, folds: readonly Fold[]): Ring {
  const width = folds.length;
  const values = new Float32Array(rows * width);
  let last = -1;

  const place = (index: number) => (index % rows) * width;

  function advance(index: number): void {
    for (let i = Math.max(last + 1, index - rows + 1); i <= index; i++)
      values.fill(0, place(i), place(i) + width);
    last = index;
  }

  return {
    bytes: values.byteLength,
    get last() {
      return last;
    },
    add(index, row) {
      if (index < last) return;
      const fresh = index > last;
      if (fresh) advance(index);
      const at = place(index);
      for (let k = 0; k < width; k++) {
        const value = row[k] as number;
        values[at + k] = fresh ? value : fold(folds[k] as Fold, values[at + k] as number, value);
      }
    },
    read() {
      const count = Math.min(last + 1, rows);
      const oldest = ((last + 1 - count) % rows) * width;
      const ordered = new Float32Array(count * width);
      const tail = values.subarray(oldest, Math.min(oldest + count * width, values.length));
      ordered.set(tail);
      ordered.set(values.subarray(0, count * width - tail.length), tail.length);
      return Buffer.from(ordered.buffer);
    },
  };
}

/** NaN stands for no value: the other one wins. */
function fold(kind: Fold, a: number, b: number): number {
  if (kind === 'sum') return a + b;
  if (Number.isNaN(a)) return b;
  if (Number.isNaN(b)) return a;
  return kind === 'max' ? Math.max(a, b) : Math.min(a, b);
}
