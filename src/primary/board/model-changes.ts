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

/** Graphs of one model come and go on their own: an encoder may go back to the model whose extractor was there all along. */
const graphKey = ({ model, version }: Labels) => `${model} ${version}`;

/** Notices, from the labels of gte_model_info, when a graph is loaded that the sample before did not have. */
export function createModelChanges() {
  const changes: ModelChange[] = [];
  let known = new Set<string>();
  let first = true;

  return {
    changes: changes as readonly ModelChange[],
    /** An empty sample, while no worker runs, changes nothing. */
    see(second: number, loaded: readonly Labels[]): void {
      if (loaded.length === 0) return;
      const now = new Set(loaded.map(graphKey));
      const appeared = loaded.filter((labels) => !first && !known.has(graphKey(labels)));
      const marked = new Set<string>();
      for (const labels of appeared) {
        // A model's graphs are named model/graph; several that appear together are one change.
        const model = String(labels.model).split('/', 1)[0] as string;
        const version = String(labels.version);
        const key = `${model} ${version}`;
        if (!marked.has(key)) changes.push({ second, model, version });
        marked.add(key);
      }
      changes.splice(0, changes.length - KEPT);
      known = now;
      first = false;
    },
  };
}
