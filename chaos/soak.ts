// npm run soak [-- MINUTES]: steady load at 80 % of the capacity for an hour, or as long as told.

import { experiments, longSoak } from './experiments/index.ts';
import { soakFor } from './experiments/soak.ts';
import { printOutcome } from './report/print-outcome.ts';
import { storeOutcome } from './report/stored-outcome.ts';
import { commit, versions } from './report/versions.ts';
import { writeReport } from './report/write-report.ts';
import { runExperiment } from './run-experiment.ts';
import { machine } from './watch/process-info.ts';

const minutes = Number(process.argv[2] ?? 60);
if (!(minutes > 0)) throw new Error('npm run soak -- MINUTES');
const outcome = await runExperiment(soakFor(minutes), {
  full: true,
  say: (line) => console.log(`   ${line}`),
});
printOutcome(outcome);
storeOutcome(outcome, { commit: commit(), machine: machine(), versions: versions() });
writeReport([...experiments, longSoak]);
process.exitCode = outcome.kept ? 0 : 1;
