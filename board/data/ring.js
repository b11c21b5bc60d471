/** NaN stands for no value: the other one wins. */
export function fold(kind, a, b) {
  if (kind === 'sum') return a + b;
  if (Number.isNaN(a)) return b;
  if (Number.isNaN(b)) return a;
  return kind === 'max' ? Math.max(a, b) : Math.min(a, b);
}

/**
 * The last `rows` samples, one a step; the primary's ring, in the browser.
 * @param {{rows: number, stepSeconds: number}} size
 * @param {string[]} folds how each column of a row is folded: sum, max or min
 */
export function createRing({ rows, stepSeconds }, folds) {
  const width = folds.length;
  const values = new Float64Array(rows * width);
  let last = -1;
  let first = 0;

  const rowAt = (index) => {
    const place = (index % rows) * width;
    return values.subarray(place, place + width);
  };

  return {
    stepSeconds,
    get last() {
      return last;
    },
    /** @param {Float32Array} numbers rows, oldest first, the newest one being `newest` */
    load(numbers, newest) {
      values.fill(0);
      last = newest;
      first = newest + 1 - numbers.length / width;
      for (let i = first; i <= newest; i++) {
        rowAt(i).set(numbers.subarray((i - first) * width, (i - first + 1) * width));
      }
    },
    add(index, row) {
      if (index < last) return;
      if (index > last) {
        for (let i = Math.max(last + 1, index - rows + 1); i < index; i++) rowAt(i).fill(0);
        rowAt(index).set(row);
        last = index;
        first = Math.max(first, index - rows + 1);
        return;
      }
      const newest = rowAt(index);
      for (let k = 0; k < width; k++) newest[k] = fold(folds[k], newest[k], row[k]);
    },
    /** One row for the steps `from` to `to`, both included; undefined when none of them is known. */
    folded(from, to) {
      const begin = Math.max(from, first, 0);
      const end = Math.min(to, last);
      if (begin > end) return undefined;
      const sum = Float64Array.from(rowAt(begin));
      for (let i = begin + 1; i <= end; i++) {
        const row = rowAt(i);
        for (let k = 0; k < width; k++) sum[k] = fold(folds[k], sum[k], row[k]);
      }
      return sum;
    },
  };
}
