/** A model that was not there before. */
export interface ModelChange {
  /** Of the board's clock: seconds since the primary's start. */
  readonly second: number;
  readonly model: string;
  readonly version: string;
}

/** Older ones are forgotten. */
const KEPT = 20;

type Labels = Readonly<Record<string, string | number>>;

/** Notices, from the labels of gte_model_info, when a model is loaded that the sample before did not have. */
export function createModelChanges() {
  const changes: ModelChange[] = [];
  let known = new Set<string>();
  let first = true;

  return {
    changes: changes as readonly ModelChange[],
    /** An empty sample, while no worker runs, changes nothing. */
    see(second: number, loaded: readonly Labels[]): void {
      if (loaded.length === 0) return;
      const now = new Set<string>();
      for (const labels of loaded) {
        // A model's graphs are named model/graph.
        const model = String(labels.model).split('/', 1)[0] as string;
        const version = String(labels.version);
        const key = `${model} ${version}`;
        if (!first && !known.has(key) && !now.has(key)) changes.push({ second, model, version });
        now.add(key);
      }
      changes.splice(0, changes.length - KEPT);
      known = now;
      first = false;
    },
  };
}
