import { parseArgs } from 'node:util';
import { experiments, longSoak } from './experiments/index.ts';
import { printOutcome, printTable } from './report/print-outcome.ts';
import { storeOutcome } from './report/stored-outcome.ts';
import { commit, versions } from './report/versions.ts';
import { writeReport } from './report/write-report.ts';
import { type Outcome, runExperiment } from './run-experiment.ts';
import { machine } from './watch/process-info.ts';

const HELP = `npm run chaos [-- [--short | --report] [NAME...]]

Runs experiments (all but the hour-long soak, or those named) against the built service and writes docs/reliability.md from
what was measured; rows of others stay. Full forms want an idle machine and take some 35 minutes; each is given up after 10,
the three longest after 20 at the latest.
--short: some seconds each, nothing written. --report: nothing run, the page written from chaos/results.json.
Exit code 1: a promise was not kept.

${[...experiments, longSoak].map(({ name, title }) => `  ${name.padEnd(17)} ${title.en}`).join('\n')}
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const known = [...experiments, longSoak];
const unknown = positionals.filter((name) => !known.some((experiment) => experiment.name === name));
const full = !values.short;

if (values.help || unknown.length > 0) {
  process.stdout.write(unknown.length > 0 ? `No experiment ${unknown.join(', ')}.\n\n${HELP}` : HELP);
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else if (values.report) {
  writeReport(known);
} else {
  const chosen =
    positionals.length > 0
      ? known.filter(({ name }) => positionals.includes(name))
      : experiments.filter(({ fullOnly }) => full || !fullOnly);
  const where = { commit: commit(), machine: machine(), versions: versions() };
  const outcomes: Outcome[] = [];
  for (const experiment of chosen) {
    console.log(`── ${experiment.name}: ${experiment.title.en}`);
    const outcome = await runExperiment(experiment, { full, say: (line) => console.log(`   ${line}`) });
    printOutcome(outcome);
    outcomes.push(outcome);
    if (full) storeOutcome(outcome, where);
  }
  printTable(outcomes);
  if (full) writeReport(known);
  process.exitCode = outcomes.every(({ kept }) => kept) ? 0 : 1;
}
