import type { Check, Experiment } from './experiment.ts';

export interface Outcome {
  readonly experiment: Experiment;
  readonly checks: readonly Check[];
  readonly kept: boolean;
  readonly seconds: number;
}

/** Runs one experiment and cleans up after it, also when this process is told to end meanwhile. */
export async function runExperiment(
  experiment: Experiment,
  { full, say = () => undefined }: { full: boolean; say?: (line: string) => void },
): Promise<Outcome> {
  const cleanUps: (() => unknown)[] = [];
  const cleanUp = async () => {
    for (let step = cleanUps.pop(); step; step = cleanUps.pop()) await step();
  };
  const interrupted = () => void cleanUp().finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  const startedAt = performance.now();
  try {
    const checks = await experiment.run({ full, say, onEnd: (step) => cleanUps.push(step) });
    const seconds = (performance.now() - startedAt) / 1000;
    return { experiment, checks, kept: checks.every(({ kept }) => kept), seconds };
  } finally {
    await cleanUp();
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
  }
}
