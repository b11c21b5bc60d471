import type { Columns } from './columns.ts';
import { createRing, type Ring } from './ring.ts';

export const FINE_STEP_SECONDS = 1;
export const FINE_ROWS = 15 * 60;
export const COARSE_STEP_SECONDS = 60;
export const COARSE_ROWS = 24 * 60;

/** Numbers that the history holds for one column. */
const CELLS_PER_COLUMN = FINE_ROWS + COARSE_ROWS;

export interface History {
  readonly fine: Ring;
  readonly coarse: Ring;
  /** Bytes, whatever happens: see `historyBytes`. */
  readonly bytes: number;
  /** @param second whole seconds since the primary's start */
  add(second: number, row: ArrayLike<number>): void;
}

/** The last 15 minutes by the second and the last 24 hours by the minute. */
export function createHistory(columns: Columns): History {
  const fine = createRing(FINE_ROWS, columns.folds);
  const coarse = createRing(COARSE_ROWS, columns.folds);
  return {
    fine,
    coarse,
    bytes: fine.bytes + coarse.bytes,
    add(second, row) {
      fine.add(second, row);
      coarse.add(Math.floor(second / COARSE_STEP_SECONDS), row);
    },
  };
}

/** Memory of the history: 4 bytes a number. */
export const historyBytes = ({ width }: Columns): number => 4 * width * CELLS_PER_COLUMN;
