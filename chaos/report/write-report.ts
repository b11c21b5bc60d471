import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cluster/private-build.ts';
import type { Experiment } from '../experiment.ts';
import { renderReport } from './render-report.ts';
import { readOutcomes } from './stored-outcome.ts';

/** Writes docs/reliability.md and its Chinese version from what is stored. */
export function writeReport(experiments: readonly Experiment[]): void {
  const outcomes = readOutcomes();
  const rows = experiments.map((experiment) => ({ experiment, outcome: outcomes[experiment.name] }));
  writeFileSync(join(root, 'docs/reliability.md'), renderReport(rows, 'en'));
  writeFileSync(join(root, 'docs/reliability.zh-CN.md'), renderReport(rows, 'zh'));
}
