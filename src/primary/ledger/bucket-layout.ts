/** Observations counted under one list of edges; a worker's version has one list, the next version may have another. */
export interface BucketLayout {
  /** Upper edges, ascending, +Inf left out. */
  readonly edges: readonly number[];
  /** Observations between an edge and the one before it. */
  readonly counts: number[];
}

/** All edges of the lists, ascending, each once. */
export function unionOfEdges(lists: Iterable<readonly number[]>): number[] {
  return [...new Set([...lists].flat())].sort((a, b) => a - b);
}

/**
 * Cumulative counts at `edges`, over all layouts: what a layout has no edge for counts under its next lower edge. So
 * every value only grows as observations and layouts are added, and grows from edge to edge.
 */
export function cumulativeCounts(layouts: Iterable<BucketLayout>, edges: readonly number[]): number[] {
  const sums = edges.map(() => 0);
  for (const layout of layouts) {
    let below = 0;
    let next = 0;
    for (const [i, edge] of edges.entries()) {
      while (next < layout.edges.length && (layout.edges[next] as number) <= edge)
        below += layout.counts[next++] ?? 0;
      sums[i] = (sums[i] as number) + below;
    }
  }
  return sums;
}
