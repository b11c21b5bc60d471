import type { Outcome } from '../run-experiment.ts';

/** What came of an experiment, for a terminal. */
export function printOutcome({ checks, fault, kept, seconds }: Outcome): void {
  for (const { what, measured, promised, kept } of checks)
    console.log(`   ${kept ? '✓' : '✗'} ${what.en}: ${measured}${promised === '' ? '' : ` (${promised})`}`);
  if (fault !== undefined) console.log(`   ✗ could not be run to its end: ${fault}`);
  console.log(`   ${kept ? 'kept' : 'NOT kept'}, ${seconds.toFixed(0)} s`);
}

/** One line an experiment: promised, measured, verdict. */
export function printTable(outcomes: readonly Outcome[]): void {
  console.log('\nexperiment         verdict    promised / measured where it was not kept');
  for (const { experiment, checks, fault, kept } of outcomes) {
    const broken = checks.filter((check) => !check.kept);
    const why = broken.map(({ what, measured, promised }) => `${what.en} ${promised} / ${measured}`);
    if (fault !== undefined) why.push(fault);
    console.log(`${experiment.name.padEnd(18)} ${(kept ? 'kept' : 'NOT kept').padEnd(10)} ${why.join('; ')}`);
  }
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  console.log(
    `${outcomes.length} experiments in ${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`,
  );
}
