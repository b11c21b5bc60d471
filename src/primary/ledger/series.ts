export type Labels = Readonly<Record<string, string>>;

/** Series of one metric by their labels, whatever the order in which a worker's version names them. */
export interface SeriesMap<Series> {
  /** The series with these labels, made by `create` when it is new. */
  of(
    names: readonly string[],
    values: readonly (string | null)[],
    create: (labels: Labels) => Series,
  ): Series;
  values(): IterableIterator<Series>;
}

export function createSeriesMap<Series>(): SeriesMap<Series> {
  const byKey = new Map<string, Series>();
  return {
    of(names, values, create) {
      const labels = names
        .map((name, i) => [name, values[i]] as const)
        .filter((label): label is readonly [string, string] => typeof label[1] === 'string');
      const key = JSON.stringify(labels.toSorted(([a], [b]) => (a < b ? -1 : 1)));
      const known = byKey.get(key);
      if (known) return known;
      const series = create(Object.fromEntries(labels));
      byKey.set(key, series);
      return series;
    },
    values: () => byKey.values(),
  };
}
