import cluster from 'node:cluster';
import { closeSync, openSync } from 'node:fs';
import { forkWorker } from '../../../src/primary/worker-process.ts';

/** `descriptors` wants a low `ulimit -n`; Node tells of a missing executable as of too many processes (EAGAIN). */
const REFUSALS: Record<string, () => () => void> = {
  descriptors() {
    const held: number[] = [];
    try {
      for (;;) held.push(openSync('/dev/null', 'r'));
    } catch {
      return () => held.forEach(closeSync);
    }
  },
  executable() {
    const { execPath } = process;
    process.execPath = '/nowhere/node';
    return () => {
      process.execPath = execPath;
    };
  },
  memory() {
    const { fork } = cluster;
    cluster.fork = () => {
      throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' });
    };
    return () => {
      cluster.fork = fork;
    };
  },
};

// Forks a worker while the system refuses it in the way the argument names, and prints what became of it as JSON.
const allow = REFUSALS[process.argv[2] ?? '']?.() ?? (() => undefined);
const events: string[] = [];
const worker = forkWorker(
  0,
  {},
  {
    message: () => undefined,
    lost: () => undefined,
    disconnect: () => undefined,
    exit: (_, code, signal) => void events.push(`exit ${code} ${signal}`),
  },
);
allow();
const drained = worker.drain('shutdown', 60_000);
await Promise.all([worker.started, worker.exited, drained]);
worker.kill('SIGKILL');
const { pid, state, fault } = worker;
const left = Object.keys(cluster.workers ?? {}).length;
process.stdout.write(`${JSON.stringify({ pid, state, fault, events, left })}\n`);
