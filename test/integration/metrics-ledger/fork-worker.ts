import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { WorkerMessage } from '../../../src/ipc.ts';
import type { MetricsLedger } from '../../../src/primary/metrics-ledger.ts';
import type { Order } from './worker-program.ts';

export interface ForkedWorker {
  readonly child: ChildProcess;
  /** Resolves at the next push the ledger has booked. */
  pushed(): Promise<void>;
  order(order: Order): void;
  /** Resolves when the process is dead and the channel has given all it held. */
  readonly ended: Promise<void>;
  /** Requests in the last push that the system took from the worker. */
  requestsTaken(): number;
}

let lastId = 0;

/** Forks worker-program.ts, and books what it says as the primary does. */
export async function forkWorker(
  t: TestContext,
  ledger: MetricsLedger,
  { slot = 0, edges = [1] }: { slot?: number; edges?: number[] } = {},
): Promise<ForkedWorker> {
  const id = ++lastId;
  const child = fork(join(import.meta.dirname, 'worker-program.ts'), [String(slot), JSON.stringify(edges)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  child.stdout?.on('data', (chunk) => (stdout += chunk));
  child.on('message', (message: WorkerMessage) => {
    if (message.type !== 'metrics') return;
    ledger.apply(id, slot, message.push);
    if (message.final) child.send({ type: 'metrics-ack' });
    child.emit('pushed');
  });
  child.on('disconnect', () => ledger.retire(id));
  const ended = Promise.all([once(child, 'close'), once(child, 'disconnect')]).then(() => undefined);
  const pushed = () => once(child, 'pushed').then(() => undefined);
  await pushed();
  return {
    child,
    pushed,
    order: (order) => void child.send(order),
    ended,
    requestsTaken: () => Number(stdout.trimEnd().split('\n').at(-1)),
  };
}
