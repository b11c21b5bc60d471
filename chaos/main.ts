import { experiments } from './experiments/index.ts';
import { runExperiment } from './run-experiment.ts';

const args = process.argv.slice(2);
const full = !args.includes('--short');
const names = args.filter((arg) => !arg.startsWith('--'));
const unknown = names.filter((name) => !experiments.some((experiment) => experiment.name === name));
if (unknown.length > 0) throw new Error(`no experiment ${unknown.join(', ')}`);
for (const experiment of experiments.filter(({ name }) => names.length === 0 || names.includes(name))) {
  console.log(`── ${experiment.name}`);
  const outcome = await runExperiment(experiment, { full, say: (line) => console.log(`   ${line}`) });
  for (const check of outcome.checks)
    console.log(
      `   ${check.kept ? '✓' : '✗'} ${check.what.en}: ${check.measured} ${check.promised && `(${check.promised})`}`,
    );
  console.log(`   ${outcome.kept ? 'kept' : 'NOT kept'} in ${outcome.seconds.toFixed(1)} s`);
}
