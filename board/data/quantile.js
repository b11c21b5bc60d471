/**
 * A quantile of a histogram, as Prometheus' histogram_quantile() computes it: linear within a bucket, and the last edge
 * for what lies above it. NaN without observations.
 * @param {number} q from 0 to 1
 * @param {ArrayLike<number>} counts observations per bucket, not cumulative; one more than there are edges
 * @param {number[]} edges upper edges, ascending
 */
export function quantile(q, counts, edges) {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i];
  if (total === 0) return Number.NaN;
  const rank = q * total;
  let below = 0;
  for (let i = 0; i < edges.length; i++) {
    if (below + counts[i] >= rank) {
      const lower = i === 0 ? 0 : edges[i - 1];
      return lower + ((edges[i] - lower) * (rank - below)) / counts[i];
    }
    below += counts[i];
  }
  return edges.at(-1);
}
