import type { Check, Experiment } from './experiment.ts';

/** After which an experiment is given up: so the whole run ends, whatever hangs. */
const LIMIT_MINUTES = 10;
const SHORT_LIMIT_MINUTES = 2;

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
  const limit = startLimit(full ? (experiment.limitMinutes ?? LIMIT_MINUTES) : SHORT_LIMIT_MINUTES);
  try {
    const run = experiment.run({ full, say, onEnd: (step) => cleanUps.push(step) });
    const checks = await Promise.race([run, limit.over]);
    return { experiment, checks, kept: checks.every(({ kept }) => kept), seconds: seconds() };
  } catch (error) {
    return { experiment, checks: [], fault: (error as Error).message, kept: false, seconds: seconds() };
  } finally {
    limit.cancel();
    await cleanUp();
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
  }
}

function startLimit(minutes: number): { over: Promise<never>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${minutes} min`)), minutes * 60_000);
  });
  return { over, cancel: () => clearTimeout(timer) };
}
