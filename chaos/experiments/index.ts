import type { Experiment } from '../experiment.ts';
import { endlessLoop, frozenWorker } from './frozen-worker.ts';
import { killedPrimary } from './killed-primary.ts';
import { killedWorkers } from './killed-workers.ts';

/** Every row of docs/reliability.md, in its order. */
export const experiments: readonly Experiment[] = [killedWorkers, killedPrimary, frozenWorker, endlessLoop];
