import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Experiment } from '../../../chaos/experiment.ts';
import { runExperiment } from '../../../chaos/run-experiment.ts';

/** Times and sizes are promises for an idle machine (`npm run chaos`); here their bounds are some times as wide. */
export function testShortForms(suite: string, experiments: readonly Experiment[]): void {
  describe(suite, () => {
    for (const experiment of experiments.filter(({ fullOnly }) => !fullOnly)) {
      const title = experiment.title.en.charAt(0).toLowerCase() + experiment.title.en.slice(1);
      test(`When ${experiment.name}: ${title}, then ${experiment.promise.en}`, async (t) => {
        const { checks, fault } = await runExperiment(experiment, { full: false });
        for (const { what, measured } of checks) t.diagnostic(`${what.en}: ${measured}`);
        assert.equal(fault, undefined);
        assert.ok(checks.length > 0);
        const broken = checks.filter(({ nearly }) => !nearly);
        assert.deepEqual(
          broken.map(({ what, measured, promised }) => `${what.en}: ${measured}, promised ${promised}`),
          [],
        );
      });
    }
  });
}
