import type { Check, Experiment } from './experiment.ts';

export interface Outcome {
  readonly experiment: Experiment;
  readonly checks: readonly Check[];
  /** Why it could not be run to its end. */
  readonly fault?: string;
  readonly kept: boolean;
  readonly seconds: number;
}

/** Runs one experiment and cleans up after it, also when this process is told to end meanwhile. Never rejects. */
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
  const seconds = () => (performance.now() - startedAt) / 1000;
  try {
    const checks = await experiment.run({ full, say, onEnd: (step) => cleanUps.push(step) });
    return { experiment, checks, kept: checks.every(({ kept }) => kept), seconds: seconds() };
  } catch (error) {
    return { experiment, checks: [], fault: (error as Error).message, kept: false, seconds: seconds() };
  } finally {
    await cleanUp();
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
  }
}
