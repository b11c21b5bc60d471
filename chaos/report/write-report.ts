import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cluster/private-build.ts';
import type { Experiment } from '../experiment.ts';
import { renderReport } from './render-report.ts';
import { readOutcome } from './stored-outcome.ts';

/** Writes docs/reliability.md and its Chinese version from what is stored. */
export function writeReport(experiments: readonly Experiment[]): void {
  const rows = experiments.map((experiment) => ({ experiment, outcome: readOutcome(experiment.name) }));
  writeFileSync(join(root, 'docs/reliability.md'), renderReport(rows, 'en'));
  writeFileSync(join(root, 'docs/reliability.zh-CN.md'), renderReport(rows, 'zh'));
}
