import type { Experiment } from '../experiment.ts';
import { endlessLoop, frozenWorker } from './frozen-worker.ts';

/** Every row of docs/reliability.md, in its order. */
export const experiments: readonly Experiment[] = [frozenWorker, endlessLoop];
