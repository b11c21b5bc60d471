import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cluster/private-build.ts';
import type { Check } from '../experiment.ts';
import type { Outcome } from '../run-experiment.ts';

/** What is kept of a full run, so that one experiment can be repeated without the others. */
export interface StoredOutcome {
  /** ISO 8601 day. */
  readonly date: string;
  readonly machine: string;
  readonly versions: string;
  readonly checks: readonly Check[];
  /** It could not be run to its end, for this reason. */
  readonly fault?: string;
}

const folder = join(root, 'var/chaos');
const pathOf = (name: string) => join(folder, `${name}.json`);

export function storeOutcome(
  { experiment, checks, fault }: Pick<Outcome, 'experiment' | 'checks' | 'fault'>,
  where: Pick<StoredOutcome, 'machine' | 'versions'>,
): void {
  const date = new Date().toISOString().slice(0, 10);
  const stored: StoredOutcome = { date, ...where, checks, ...(fault !== undefined && { fault }) };
  mkdirSync(folder, { recursive: true });
  writeFileSync(pathOf(experiment.name), `${JSON.stringify(stored, null, 1)}\n`);
}

/** Undefined for an experiment that was never run in full. */
export function readOutcome(name: string): StoredOutcome | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(name), 'utf8')) as StoredOutcome;
  } catch {
    return undefined;
  }
}
