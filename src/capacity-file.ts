import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';

/** What `gte capacity` keeps: the primary exports it, so that board, dashboards and alerts know the headroom. */
const file = z.object({
  /** ISO 8601. */
  measured_at: z.string(),
  workers: z.number(),
  /** `capacityModels` of what was loaded. */
  models: z.array(z.string()),
  objective: z.object({ p95_seconds: z.number(), error_ratio: z.number() }),
  /** Requests a second, by task and for `mix`. */
  sustainable: z.record(z.string(), z.number().positive()),
});
export type CapacityFile = z.infer<typeof file>;

/** The workload of several tasks together. */
export const MIX = 'mix';

/** Loaded models as the file names them, from the labels of gte_model_info. */
export const capacityModels = (labels: readonly Readonly<Record<string, string | number | undefined>>[]) =>
  [...new Set(labels.map(({ model, version }) => `${model} ${version}`))].sort();

/**
 * The file is replaced whole; what an earlier run measured of the same service by the same objective, and this one did not,
 * is kept. A result without a rate only takes back what an earlier run found by the same objective.
 * @param disproved workloads that this run found no rate for
 */
export function writeCapacity(path: string, result: CapacityFile, disproved: readonly string[] = []): void {
  const earlier = readCapacity(path);
  const alike = earlier && circumstances(earlier) === circumstances(result) ? earlier : undefined;
  if (!alike && Object.keys(result.sustainable).length === 0) return;
  const kept = Object.entries(alike?.sustainable ?? {}).filter(([name]) => !disproved.includes(name));
  const merged = { ...result, sustainable: { ...Object.fromEntries(kept), ...result.sustainable } };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(merged, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

const circumstances = ({ workers, models, objective }: CapacityFile) =>
  JSON.stringify([workers, models, objective.p95_seconds, objective.error_ratio]);

/** Undefined when there is none, or none that can be read. */
export function readCapacity(path: string): CapacityFile | undefined {
  try {
    return file.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
