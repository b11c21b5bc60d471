import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../e2e/service.ts';
import type { Part } from './part.ts';

const THRESHOLDS = join(root, 'prometheus/thresholds.yaml');

/** What was normal since the stack started; only --write changes the thresholds. */
export const baselinePart: Part = {
  name: 'baseline',
  minutes: 0.2,
  async run({ recorder, since, write }) {
    const before = readFileSync(THRESHOLDS, 'utf8');
    const window = `${Math.max(1, Math.floor((Date.now() / 1000 - since) / 60))}m`;
    const recorded = await recorder.record('baseline', 'baseline', '--window', window);
    const untouched = readFileSync(THRESHOLDS, 'utf8') === before;
    if (write) await recorder.gte(['baseline', '--window', window, '--write']);
    return [
      ...(recorded.every(({ code }) => code === 0) ? [] : ['gte baseline failed']),
      ...(untouched ? [] : ['gte baseline changed the thresholds without --write']),
    ];
  },
};
