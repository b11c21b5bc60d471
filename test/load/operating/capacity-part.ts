import { renderCapacity } from '../../../src/cli/capacity/render.ts';
import type { CapacityReport } from '../../../src/cli/capacity/report.ts';
import { type Part, type Recording, scaled } from './part.ts';

/** Of gte capacity by default: in shorter steps the last answers look like a growing queue, and too little is found. */
const STEP_SECONDS = 30;
/** Of each task: eight of them by steps of half a minute would take an hour. */
const SHORT_STEP_SECONDS = 10;
const CONFIRMATION_SECONDS = 600;
const WANTED = '500';

/** Capacity of the mix, and ten minutes each at 90 % and at 120 % of it. */
export const capacityPart: Part = {
  name: 'capacity',
  minutes: 30,
  async run(recording) {
    const { stack, recorder, say } = recording;
    const { report, problems } = await measure(recording, 'capacity', STEP_SECONDS, '--for', WANTED);
    if (report.results[0]?.sustainable == null || !report.kept) return problems;
    say('90 % and 120 % of it');
    const minutes = scaled(CONFIRMATION_SECONDS, recording) / 60;
    const { code, stdout } = await recorder.run(
      'bash',
      ['test/load/confirm-capacity.sh', String(minutes), `${STEP_SECONDS}s`, stack.origin],
      { CAPACITY_FILE: report.kept.path },
    );
    recorder.keep('confirm-capacity', { en: stdout, zh: stdout });
    return code === 0 ? problems : [...problems, `90 % and 120 % did not confirm it: exit code ${code}`];
  },
};

/** Capacity of every task by itself. */
export const capacityEachPart: Part = {
  name: 'capacity-each',
  minutes: 25,
  run: async (recording) =>
    (await measure(recording, 'capacity-each', SHORT_STEP_SECONDS, '--each')).problems,
};

async function measure(recording: Recording, name: string, stepSeconds: number, ...options: string[]) {
  const { stack, recorder } = recording;
  const step = `${Math.max(1, scaled(stepSeconds, recording))}s`;
  const report: CapacityReport = await recorder.json(
    'capacity',
    ...['--url', stack.origin, '--step', step, ...options],
  );
  recorder.keepRendered(name, (speaker) => renderCapacity(report, speaker));
  const problems = report.results
    .filter(({ sustainable }) => sustainable === null)
    .map((result) => `every rate of ${result.name} broke the objective`);
  return { report, problems };
}
