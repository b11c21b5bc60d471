import { type LoadReport, renderReport } from '../../../src/cli/loadtest/render.ts';
import { agreementOf, agrees, quietMoment, renderAgreement } from './agreement.ts';
import type { Part } from './part.ts';

/** Moderate: well below what two cores sustain. */
const RATE = 20;

/** Two minutes through nginx, and everybody who counted them. */
export const loadtestPart: Part = {
  name: 'loadtest',
  minutes: 4,
  async run({ stack, recorder, seconds, say }) {
    const start = await quietMoment(stack);
    say(`${RATE} requests a second for ${seconds} s`);
    const report: LoadReport = await recorder.json(
      'loadtest',
      ...['--url', stack.origin, '--rate', String(RATE), '--duration', `${seconds}s`],
    );
    recorder.keepRendered('loadtest', (speaker) => renderReport(report, speaker));
    await recorder.record('status', 'status');
    const end = await quietMoment(stack);
    const agreement = await agreementOf(stack, report, start, end);
    recorder.keepRendered('agreement', (speaker) => renderAgreement(agreement, speaker));
    const since = Math.ceil(Date.now() / 1000 - start);
    const reconciled = await recorder.record('reconcile', 'reconcile', '--since', `${since}s`);
    return [
      ...(report.disagreements.length > 0 ? ['the service counted otherwise than gte loadtest'] : []),
      ...(agrees(agreement)
        ? []
        : ["client, service, nginx and Prometheus don't agree: see agreement.en.txt"]),
      ...(reconciled.every(({ code }) => code === 0) ? [] : ['gte reconcile differs: see reconcile.en.txt']),
    ];
  },
};
