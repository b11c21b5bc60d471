/** Borders of the matrix's rows in seconds; those of the histogram's edges that a person tells apart. */
const BORDERS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/**
 * Rows of the matrix, fastest first: which buckets they hold (`first` to `end`, not included) and their edges in seconds;
 * the last one has no upper edge.
 * @param {number[]} edges of the histogram
 */
export function intervalsOf(edges) {
  const borders = BORDERS.filter((border) => edges.includes(border));
  const intervals = [];
  let first = 0;
  let lower = 0;
  for (const upper of borders) {
    const end = edges.indexOf(upper) + 1;
    intervals.push({ lower, upper, first, end });
    first = end;
    lower = upper;
  }
  intervals.push({ lower, upper: undefined, first, end: edges.length + 1 });
  return intervals;
}
