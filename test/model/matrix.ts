import type { Matrix } from '../../src/model/engine.ts';

/** Logits row by row. */
export function matrix(rows: readonly (readonly number[])[]): Matrix {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, data: Float32Array.from(rows.flat()) };
}

/** Logits as one list. */
export function flat(rows: number, data: readonly number[]): Matrix {
  return { rows, columns: rows === 0 ? 0 : data.length / rows, data: Float32Array.from(data) };
}
