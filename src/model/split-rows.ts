import type { Matrix } from './engine.ts';
import type { RawOutput } from './session.ts';

/**
 * Cuts a batch's outputs into one matrix a row, without padding: [rows, width, columns] → length × columns,
 * [rows, columns] → 1 × columns. Each matrix owns its memory.
 */
export function splitRows(outputs: Record<string, RawOutput>, lengths: Int32Array): Record<string, Matrix>[] {
  return Array.from(lengths, (length, row) =>
    Object.fromEntries(
      Object.entries(outputs).map(([name, { dims, data }]) => {
        const columns = dims.at(-1) ?? 1;
        const width = dims.length === 3 ? (dims[1] ?? 1) : 1;
        const rows = dims.length === 3 ? length : 1;
        const begin = row * width * columns;
        return [name, { rows, columns, data: data.slice(begin, begin + rows * columns) }];
      }),
    ),
  );
}
