import cluster from 'node:cluster';
import { setFlagsFromString } from 'node:v8';
import { type Config, loadConfig } from './config.ts';
import { EXIT_CONFIG, StartError } from './errors.ts';
import { SLOT_VARIABLE, type WorkerMessage } from './ipc.ts';
import { chosenModel } from './model-choice.ts';

const { [SLOT_VARIABLE]: slot, ...env } = process.env;

async function main(): Promise<void> {
  const config = loadConfig(env);
  if (slot === undefined) await primary(config);
  else await worker(config, Number(slot));
}

async function primary(config: Config): Promise<void> {
  const { startPrimary } = await import('./primary/start.ts');
  cluster.setupPrimary({ exec: process.argv[1] ?? '', args: [] });
  await startPrimary(config, env);
  process.send?.('ready'); // PM2's wait_ready
}

async function worker(config: Config, number: number): Promise<void> {
  // V8 gives memory back sooner: a worker's heap is small beside its model (docs/adr/0006-shared-weights.md).
  setFlagsFromString('--optimize-for-size');
  const { startWorker } = await import('./worker/start.ts');
  await startWorker({ ...config, model: chosenModel(config.model) }, number);
}

main().catch((error: unknown) => {
  const known = error instanceof StartError;
  const reason = known ? error.message : String((error as Error)?.stack ?? error);
  const exit = () => process.exit(known ? EXIT_CONFIG : 1);
  if (slot === undefined || !process.connected) {
    process.stderr.write(`gte-serve: ${reason}\n`, exit);
  } else {
    process.send?.({ type: 'start-failed', reason } satisfies WorkerMessage, undefined, {}, exit);
  }
});
