import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cluster/private-build.ts';
import type { Check, Text } from '../experiment.ts';
import type { Outcome } from '../run-experiment.ts';

/** What is kept of a full run, so that one experiment can be repeated without the others. */
export interface StoredOutcome {
  /** As they stood when it was measured: a row never shows a promise that its numbers are not about. */
  readonly title: Text;
  readonly promise: Text;
  /** ISO 8601 day. */
  readonly date: string;
  /** Of the service that was measured. */
  readonly commit: string;
  readonly machine: string;
  readonly versions: string;
  readonly seconds?: number;
  readonly checks: readonly Omit<Check, 'nearly'>[];
  /** It could not be run to its end, for this reason. */
  readonly fault?: string;
}

/** Under version control, as the page that is written from it. */
const PATH = join(root, 'chaos/results.json');

export function storeOutcome(
  { experiment, checks, fault, seconds }: Pick<Outcome, 'experiment' | 'checks' | 'fault' | 'seconds'>,
  where: Pick<StoredOutcome, 'commit' | 'machine' | 'versions'>,
): void {
  const { title, promise } = experiment;
  const stored: StoredOutcome = {
    title,
    promise,
    date: new Date().toISOString().slice(0, 10),
    ...where,
    seconds: Math.round(seconds),
    checks: checks.map(({ nearly: _, ...check }) => check),
    ...(fault !== undefined && { fault }),
  };
  const all = { ...readOutcomes(), [experiment.name]: stored };
  writeFileSync(PATH, `${JSON.stringify(all, null, 2)}\n`);
}

/** By the experiment's name. */
export function readOutcomes(): Readonly<Record<string, StoredOutcome>> {
  return existsSync(PATH) ? JSON.parse(readFileSync(PATH, 'utf8')) : {};
}
