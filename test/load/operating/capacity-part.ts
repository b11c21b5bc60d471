import { renderCapacity } from '../../../src/cli/capacity/render.ts';
import type { CapacityReport } from '../../../src/cli/capacity/report.ts';
import { type Part, scaled } from './part.ts';

const STEP_SECONDS = 10;
const CONFIRMATION_SECONDS = 600;
const WANTED = '500';

/** Capacity of the mix and of every task, measured once, and ten minutes each at 90 % and at 120 % of the mix's. */
export const capacityPart: Part = {
  name: 'capacity',
  minutes: 50,
  async run(recording) {
    const { stack, recorder, say } = recording;
    const report: CapacityReport = await recorder.json(
      'capacity',
      ...['--url', stack.origin, '--each', '--for', WANTED],
      ...['--step', `${Math.max(1, scaled(STEP_SECONDS, recording))}s`],
    );
    recorder.keepRendered('capacity', (speaker) => renderCapacity(report, speaker));
    const problems = report.results
      .filter(({ sustainable }) => sustainable === null)
      .map(({ name }) => `every rate of ${name} broke the objective`);
    if (report.results[0]?.sustainable == null || !report.kept) return problems;
    say('90 % and 120 % of it');
    const minutes = scaled(CONFIRMATION_SECONDS, recording) / 60;
    const { code, stdout } = await recorder.run(
      'bash',
      ['test/load/confirm-capacity.sh', String(minutes), '30s', stack.origin],
      { CAPACITY_FILE: report.kept.path },
    );
    recorder.keep('confirm-capacity', { en: stdout, zh: stdout });
    return code === 0 ? problems : [...problems, `90 % and 120 % did not confirm it: exit code ${code}`];
  },
};
