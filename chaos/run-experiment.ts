import type { Check, Experiment } from './experiment.ts';

export interface Outcome {
  readonly experiment: Experiment;
  readonly checks: readonly Check[];
  readonly kept: boolean;
  readonly seconds: number;
}

/** Runs one experiment and cleans up after it. */
export async function runExperiment(
  experiment: Experiment,
  { full, say = () => undefined }: { full: boolean; say?: (line: string) => void },
): Promise<Outcome> {
  const cleanUps: (() => unknown)[] = [];
  const startedAt = performance.now();
  try {
    const checks = await experiment.run({ full, say, onEnd: (cleanUp) => cleanUps.push(cleanUp) });
    const seconds = (performance.now() - startedAt) / 1000;
    return { experiment, checks, kept: checks.every(({ kept }) => kept), seconds };
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}
