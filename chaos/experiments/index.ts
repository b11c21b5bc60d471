import type { Experiment } from '../experiment.ts';
import { badClients } from './bad-clients.ts';
import { clockSetBack } from './clock-set-back.ts';
import { crashLoop } from './crash-loop.ts';
import { dyingWorker } from './dying-worker.ts';
import { endlessLoop, frozenWorker } from './frozen-worker.ts';
import { fullLogDisk } from './full-log-disk.ts';
import { fuzzing } from './fuzzing.ts';
import { killedPrimary } from './killed-primary.ts';
import { killedWorkers } from './killed-workers.ts';
import { noDescriptors } from './no-descriptors.ts';
import { overload } from './overload.ts';
import { pausedMachine } from './paused-machine.ts';
import { refusedReload } from './refused-reload.ts';
import { refusedStart } from './refused-start.ts';
import { rollingReload } from './rolling-reload.ts';
import { soakFor } from './soak.ts';
import { stoppedService } from './stopped-service.ts';
import { stuckInference } from './stuck-inference.ts';

/** Every row of docs/reliability.md, in its order. */
export const experiments: readonly Experiment[] = [
  killedWorkers,
  killedPrimary,
  frozenWorker,
  endlessLoop,
  stuckInference,
  pausedMachine,
  dyingWorker,
  crashLoop,
  rollingReload,
  refusedReload,
  refusedStart,
  stoppedService,
  badClients,
  fuzzing,
  noDescriptors,
  fullLogDisk,
  clockSetBack,
  soakFor(5),
  overload, // last: it compares speeds, and what the tests run beside these has ended by then
];

/** `npm run soak`. */
export const longSoak: Experiment = soakFor(60);
