import { createAlerts } from './alerts.js';
import { rowOf } from './feed.js';
import { createMeasures } from './measures.js';
import { createRing } from './ring.js';

/** Everything the board knows of one life of the primary. */
export function createModel(hello, rows, lastFine, lastCoarse) {
  const { columns, thresholds } = hello;
  const width = columns.folds.length;
  const rings = {
    fine: createRing(hello.fine, columns.folds),
    coarse: createRing(hello.coarse, columns.folds),
  };
  const fineRows = Math.min(lastFine + 1, hello.fine.rows);
  rings.fine.load(rows.subarray(0, fineRows * width), lastFine);
  rings.coarse.load(rows.subarray(fineRows * width), lastCoarse);
  const measures = createMeasures(hello);
  const board = { measures, thresholds, taskCount: hello.tasks.length, slots: columns.slots };
  const alerts = createAlerts(board, rings.fine, () => frame?.capacity);
  let frame;
  alerts.replay();

  return {
    hello,
    rings,
    measures,
    thresholds,
    alerts,
    /** The newest frame; undefined before the first one. */
    get frame() {
      return frame;
    },
    add(next) {
      frame = next;
      const row = rowOf(next);
      rings.fine.add(next.second, row);
      rings.coarse.add(Math.floor(next.second / hello.coarse.stepSeconds), row);
      alerts.at(next.second);
    },
    /** Unix seconds of a second since the primary's start. */
    timeOf: (second) => (frame ? frame.at / 1000 - frame.second : 0) + second,
  };
}
