/** Counts by upper edge, as Prometheus' classic histograms have them: cumulative, +Inf last. */
export type Buckets = readonly { readonly edge: number; readonly count: number }[];

/**
 * The quantile as Prometheus' histogram_quantile computes it: linear within a bucket, the last finite edge for what lies
 * above it. NaN when empty.
 */
export function histogramQuantile(quantile: number, buckets: Buckets): number {
  const total = buckets.at(-1)?.count ?? 0;
  if (total <= 0) return Number.NaN;
  const rank = quantile * total;
  const at = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[at];
  const below = buckets[at - 1] ?? { edge: 0, count: 0 };
  if (!bucket || bucket.edge === Number.POSITIVE_INFINITY) return buckets.at(-2)?.edge ?? Number.NaN;
  const inside = bucket.count - below.count;
  return inside <= 0
    ? bucket.edge
    : below.edge + ((bucket.edge - below.edge) * (rank - below.count)) / inside;
}
