import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareTrials, LOW_COSINE } from '../../../src/model/build/quality.ts';
import type { Trial } from '../../../src/model/build/trial.ts';

/** A trial whose vectors lie at an angle to the first axis, in three planes. */
const trial = (cosine: number): { trial: Trial; bytes: number } => {
  const sine = Math.sqrt(1 - cosine ** 2);
  const vectors = [
    [cosine, sine, 0],
    [0, cosine, sine],
    [sine, 0, cosine],
  ].map((values) => Float32Array.from(values));
  return {
    bytes: 100,
    trial: {
      vectors,
      loadMs: 1,
      cpuMsPerRow: 1,
      memoryBytes: 1,
      goldenVectors: [],
      goldenScores: [],
      normalized: true,
      dimensions: 3,
    },
  };
};

test('When the small build agrees with fp32 at a mean cosine below the limit, then a sentence warns', () => {
  const quality = compareTrials(trial(1), trial(LOW_COSINE - 0.001));
  assert.match(quality.warning ?? '', /mean cosine of 0\.9790 only \(below 0\.98\)/);
});

test('When it agrees better than that, then nothing warns', () => {
  assert.equal(compareTrials(trial(1), trial(LOW_COSINE + 0.001)).warning, undefined);
});
