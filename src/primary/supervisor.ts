import { StartError } from '../errors.ts';
import type { RestartReason, WorkerMessage } from '../ipc.ts';
import type { Logger } from '../logger.ts';
import { forkWorker, type WorkerProcess } from './worker-process.ts';

/** Deaths in a row, before any worker was ready, that stop the primary. */
const START_ATTEMPTS = 3;
/** Back-off of respawns: doubles from the first to the last, in ms; a worker that lived this long starts anew. */
const BACKOFF_FIRST_MS = 100;
const BACKOFF_LAST_MS = 10_000;
/** A successor that is not ready by then is given up. */
const START_LIMIT_MS = 120_000;
/** Beyond the drain time, before a worker that does not leave is killed. */
const DRAIN_GRACE_MS = 1000;

export interface SupervisorOptions {
  readonly workers: number;
  readonly drainMs: number;
  readonly logger: Logger;
  readonly onMessage: (worker: WorkerProcess, message: WorkerMessage) => void;
  readonly onDisconnect: (worker: WorkerProcess) => void;
  readonly onFork: (worker: WorkerProcess) => void;
  /** A slot's process is replaced, for this reason. */
  readonly onRestart: (slot: number, reason: RestartReason) => void;
}

interface Slot {
  readonly number: number;
  worker: WorkerProcess | undefined;
  /** Starting to take over from `worker`. */
  successor: WorkerProcess | undefined;
  /** Deaths in a row, since a worker of this slot was last ready. */
  failures: number;
  restarts: number;
  respawn: NodeJS.Timeout | undefined;
}

export type Supervisor = ReturnType<typeof createSupervisor>;

/** Keeps one worker a slot alive: forks, respawns with back-off, replaces without a gap, drains at the end. */
export function createSupervisor(options: SupervisorOptions) {
  const { logger, drainMs } = options;
  const slots: Slot[] = Array.from({ length: options.workers }, (_, number) => ({
    number,
    worker: undefined,
    successor: undefined,
    failures: 0,
    restarts: 0,
    respawn: undefined,
  }));
  const leaving = new Set<WorkerProcess>();
  let settleStart: (fault?: StartError) => void = () => undefined;
  let everReady = false;
  let stopping = false;

  const all = () =>
    [...slots.flatMap(({ worker, successor }) => [worker, successor]), ...leaving].filter(
      (w) => w !== undefined,
    );

  const fork = (slot: Slot): WorkerProcess => {
    const worker = forkWorker(slot.number, {
      message: (from, message) => receive(slot, from, message),
      disconnect: options.onDisconnect,
      exit: (from, code, signal) => buried(slot, from, code, signal),
    });
    options.onFork(worker);
    logger.info({ slot: slot.number, worker_pid: worker.pid }, 'worker forked');
    return worker;
  };

  const receive = (slot: Slot, worker: WorkerProcess, message: WorkerMessage) => {
    options.onMessage(worker, message);
    if (message.type === 'start-failed') worker.startFailure = message.reason;
    if (message.type === 'replace-me' && worker === slot.worker && !stopping) {
      replace(slot, 'terminated').catch((error: Error) =>
        logger.error({ err: error, slot: slot.number }, 'replacement failed'),
      );
    }
    if (message.type !== 'ready' || worker.state !== 'starting') return;
    worker.markReady();
    slot.failures = 0;
    logger.info({ slot: slot.number, worker_pid: worker.pid }, 'worker ready');
    if (slots.every((s) => s.worker?.state === 'ready')) {
      everReady = true;
      settleStart();
    }
  };

  const buried = (slot: Slot, worker: WorkerProcess, code: number | null, signal: string | null) => {
    leaving.delete(worker);
    if (worker === slot.successor) slot.successor = undefined;
    if (worker !== slot.worker) return;
    slot.worker = undefined;
    if (stopping) return;
    slot.failures += 1;
    const reason = worker.startFailure ?? `it ended with ${signal ?? `code ${code}`}`;
    if (!everReady && slot.failures >= START_ATTEMPTS) {
      settleStart(new StartError(`worker ${slot.number} could not start: ${reason}`));
      return;
    }
    const delayMs = Math.min(BACKOFF_FIRST_MS * 2 ** (slot.failures - 1), BACKOFF_LAST_MS);
    logger.error(
      { slot: slot.number, worker_pid: worker.pid, code, signal, reason, respawn_ms: delayMs },
      'worker died',
    );
    if (everReady) count(slot, 'crash');
    slot.respawn = setTimeout(() => {
      slot.worker = fork(slot);
    }, delayMs);
  };

  const count = (slot: Slot, reason: RestartReason) => {
    slot.restarts += 1;
    options.onRestart(slot.number, reason);
  };

  /** Forks a successor; once it is ready the old worker drains. Rejects, the old worker kept, when it can't start. */
  const replace = async (slot: Slot, reason: RestartReason): Promise<void> => {
    const old = slot.worker;
    if (!old || slot.successor || stopping) return;
    const successor = fork(slot);
    slot.successor = successor;
    const late = setTimeout(() => successor.kill('SIGKILL'), START_LIMIT_MS);
    await successor.started;
    clearTimeout(late);
    if (successor.state !== 'ready') {
      throw new Error(
        `the new worker of slot ${slot.number} could not start: ${successor.startFailure ?? 'it died'}`,
      );
    }
    slot.successor = undefined;
    slot.worker = successor;
    count(slot, reason);
    if (old.state === 'gone') return;
    leaving.add(old);
    await old.drain('replace', drainMs + DRAIN_GRACE_MS);
  };

  return {
    /** Forks all; resolves when all are ready. @throws StartError when one dies at start three times running. */
    start(): Promise<void> {
      return new Promise((resolve, reject) => {
        settleStart = (fault) => (fault ? reject(fault) : resolve());
        for (const slot of slots) slot.worker = fork(slot);
      });
    },
    /** Replaces every worker, one after the other. @throws Error when a new one can't start; the old ones then stay. */
    async reload(): Promise<void> {
      for (const slot of slots) await replace(slot, 'reload');
    },
    /** Drains all and waits until they are gone. */
    async stop(): Promise<void> {
      stopping = true;
      for (const slot of slots) clearTimeout(slot.respawn);
      await Promise.all(all().map((worker) => worker.drain('shutdown', drainMs + DRAIN_GRACE_MS)));
    },
    workers: () => all().map((worker) => ({ worker, restarts: slots[worker.slot]?.restarts ?? 0 })),
    counts: () => ({
      desired: slots.length,
      alive: all().filter((w) => w.state !== 'gone').length,
      ready: all().filter((w) => w.state === 'ready').length,
      draining: all().filter((w) => w.state === 'draining').length,
    }),
  };
}
