/** How near the vectors of a smaller graph are to those of the exact one. */
export interface Agreement {
  readonly cosineMean: number;
  readonly cosineMin: number;
  /** Spearman's rank correlation of the cosines of all pairs of texts. */
  readonly rankCorrelation: number;
  /** Share of texts whose nearest neighbour is the same. */
  readonly sameNearest: number;
}

export function cosine(a: Float32Array, b: Float32Array): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

export function compareVectors(exact: readonly Float32Array[], other: readonly Float32Array[]): Agreement {
  const cosines = exact.map((vector, i) => cosine(vector, other[i] as Float32Array));
  const [a, b] = [pairs(exact), pairs(other)];
  const nearest = exact.map((_, i) => closest(exact, i) === closest(other, i));
  return {
    cosineMean: cosines.reduce((sum, value) => sum + value, 0) / cosines.length,
    cosineMin: Math.min(...cosines),
    rankCorrelation: correlation(ranks(a), ranks(b)),
    sameNearest: nearest.filter(Boolean).length / nearest.length,
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function pairs(vectors: readonly Float32Array[]): number[] {
  return vectors.flatMap((a, i) => vectors.slice(i + 1).map((b) => cosine(a, b)));
}

function closest(vectors: readonly Float32Array[], from: number): number {
  const cosines = vectors.map((other, i) => (i === from ? -2 : cosine(vectors[from] as Float32Array, other)));
  return cosines.indexOf(Math.max(...cosines));
}

/** Places in sorted order; equal values share the mean of their places. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => (values[i] as number) - (values[j] as number));
  const places = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to += 1;
    for (let i = from; i < to; i += 1) places[order[i] as number] = (from + to - 1) / 2;
    from = to;
  }
  return places;
}

/** Pearson's. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [both, va, vb] = [0, 0, 0];
  a.forEach((value, i) => {
    const [da, db] = [value - ma, (b[i] as number) - mb];
    both += da * db;
    va += da * da;
    vb += db * db;
  });
  return both / Math.sqrt(va * vb);
}
