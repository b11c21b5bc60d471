import type { Series } from '../sources/prometheus.ts';

/**
 * How much a counter grew from edge to edge. A value below the one before is a restart from 0. A series that appears
 * between two edges counted from 0 if its target was there before (`wasThere`), else it is unknown where it started.
 */
export function blockIncreases(
  series: Series,
  edges: readonly number[],
  wasThere: (edge: number) => boolean,
): number[] {
  return edges.slice(1).map((edge, i) => {
    const from = edges[i] as number;
    const after = series.points.get(edge);
    const before = series.points.get(from) ?? (wasThere(from) ? 0 : undefined);
    if (after === undefined) return 0;
    if (before === undefined) return 0;
    return after >= before ? after - before : after;
  });
}

export const addBlocks = (a: readonly number[] | undefined, b: readonly number[]): number[] =>
  b.map((value, i) => value + (a?.[i] ?? 0));
