import { drainTimes } from '../drain-times.ts';
import { StartError } from '../errors.ts';
import type { RestartReason, WorkerMessage } from '../ipc.ts';
import type { Logger } from '../logger.ts';
import { forkWorker, type WorkerProcess } from './worker-process.ts';

/** Deaths at start in a row, before all workers were ready once, that stop the primary. */
const START_ATTEMPTS = 3;
/** Back-off of respawns, doubling from the first to the last, in ms. */
const BACKOFF_FIRST_MS = 100;
const BACKOFF_LAST_MS = 10_000;
/** A worker that served this long did not die of its start: the back-off begins anew. */
const STABLE_MS = 30_000;
/** A worker that is not ready by then is given up. */
const START_LIMIT_MS = 120_000;
/** A stuck worker waits for this long until another slot has recovered. */
const STUCK_PATIENCE_MS = 15_000;
/** Lost connections are logged this often. */
const LOST_LINE_MS = 10_000;

export interface SupervisorOptions {
  readonly workers: number;
  readonly drainMs: number;
  /** What the next worker gets beside the primary's environment. */
  readonly workerEnv: () => Record<string, string>;
  readonly logger: Logger;
  readonly onFork: (worker: WorkerProcess) => void;
  readonly onMessage: (worker: WorkerProcess, message: WorkerMessage) => void;
  readonly onDisconnect: (worker: WorkerProcess) => void;
  readonly onExit: (worker: WorkerProcess) => void;
  /** A slot's process was replaced, for this reason. */
  readonly onRestart: (slot: number, reason: RestartReason) => void;
  /** forkWorker but in tests. */
  readonly forkProcess?: typeof forkWorker;
}

interface Slot {
  readonly number: number;
  worker: WorkerProcess | undefined;
  /** Starting to take over from `worker`. */
  successor: WorkerProcess | undefined;
  /** Deaths in a row, without a stable life between. */
  failures: number;
  restarts: number;
  respawn: NodeJS.Timeout | undefined;
}

export type Supervisor = ReturnType<typeof createSupervisor>;

/** Keeps one worker a slot alive: forks, respawns with back-off, replaces without a gap, drains at the end. */
export function createSupervisor(options: SupervisorOptions) {
  const { logger, forkProcess = forkWorker } = options;
  const { killMs } = drainTimes(options.drainMs);
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
  let reloading = false;
  let lostSince = 0;
  let nextLostLine = 0;

  const all = (): WorkerProcess[] =>
    [...slots.flatMap(({ worker, successor }) => [worker, successor]), ...leaving].filter(
      (worker) => worker !== undefined,
    );

  const fork = (slot: Slot): WorkerProcess => {
    const worker = forkProcess(slot.number, options.workerEnv(), {
      message: (from, message) => receive(slot, from, message),
      disconnect: options.onDisconnect,
      lost: warnOfLost,
      exit: (from, code, signal) => buried(slot, from, code, signal),
    });
    const late = setTimeout(
      () => end(worker, 'hung', `not ready within ${START_LIMIT_MS} ms`),
      START_LIMIT_MS,
    );
    void worker.started.then(() => clearTimeout(late));
    if (worker.pid === 0) return worker;
    options.onFork(worker);
    logger.info({ slot: slot.number, worker_pid: worker.pid }, 'worker forked');
    return worker;
  };

  const warnOfLost = (worker: WorkerProcess) => {
    lostSince += 1;
    if (performance.now() < nextLostLine) return;
    nextLostLine = performance.now() + LOST_LINE_MS;
    logger.error(
      { slot: worker.slot, worker_pid: worker.pid, connections: lostSince },
      'connections closed that a worker could not take: is it out of file descriptors?',
    );
    lostSince = 0;
  };

  const receive = (slot: Slot, worker: WorkerProcess, message: WorkerMessage) => {
    options.onMessage(worker, message);
    if (message.type === 'start-failed') worker.fault = message.reason;
    if (message.type === 'stuck') endStuck(worker, message.reason);
    if (message.type === 'replace-me' && worker === slot.worker) {
      void replace(slot, 'terminated').catch((error: Error) =>
        logger.error({ slot: slot.number, reason: error.message }, 'worker not replaced'),
      );
    }
    if (message.type !== 'ready' || worker.state !== 'starting') return;
    worker.markReady();
    logger.info({ slot: slot.number, worker_pid: worker.pid }, 'worker ready');
    noteStart();
  };

  const noteStart = () => {
    if (slots.some(({ worker }) => worker?.state !== 'ready')) return;
    everReady = true;
    settleStart();
  };

  const buried = (slot: Slot, worker: WorkerProcess, code: number | null, signal: string | null) => {
    if (worker.pid !== 0) options.onExit(worker);
    leaving.delete(worker);
    worker.fault ??= signal ? `ended by ${signal}` : `ended with code ${code}`;
    if (worker === slot.successor) {
      slot.successor = undefined;
      if (!slot.worker && !stopping) respawn(slot, worker, code, signal);
      return;
    }
    if (worker !== slot.worker) return;
    slot.worker = undefined;
    if (stopping) return;
    if (worker.servedMs >= STABLE_MS) slot.failures = 0;
    if (everReady) count(slot, worker.endReason);
    // Then its successor takes over as soon as it can, or makes room for another.
    if (slot.successor) logger.error(epitaph(worker, code, signal), 'worker died');
    else respawn(slot, worker, code, signal);
  };

  const epitaph = (worker: WorkerProcess, code: number | null, signal: string | null) => ({
    slot: worker.slot,
    worker_pid: worker.pid,
    code,
    signal,
    reason: worker.fault,
  });

  /** Forks the next worker of a slot that has none, after a while. */
  const respawn = (slot: Slot, dead: WorkerProcess, code: number | null, signal: string | null) => {
    slot.failures += 1;
    if (!everReady && slot.failures >= START_ATTEMPTS) {
      settleStart(new StartError(`worker ${slot.number} could not start: ${dead.fault}`));
      return;
    }
    const respawnMs = Math.min(BACKOFF_FIRST_MS * 2 ** (slot.failures - 1), BACKOFF_LAST_MS);
    logger.error({ ...epitaph(dead, code, signal), respawn_ms: respawnMs }, 'worker died');
    slot.respawn = setTimeout(() => {
      slot.worker = fork(slot);
    }, respawnMs);
  };

  const count = (slot: Slot, reason: RestartReason) => {
    slot.restarts += 1;
    options.onRestart(slot.number, reason);
  };

  /** Ends a worker that can't be asked to leave; its death makes room for the next. */
  const end = (worker: WorkerProcess, reason: RestartReason, why: string) => {
    if (worker.state === 'gone') return;
    logger.error({ slot: worker.slot, worker_pid: worker.pid, reason: why }, `worker ended as ${reason}`);
    worker.endReason = reason;
    worker.fault = why;
    worker.kill('SIGKILL');
  };

  /** One at a time; a worker goes on telling, so the next one's turn comes, at the latest when the others take too long. */
  const endStuck = (worker: WorkerProcess, why: string) => {
    worker.stuckAt ??= performance.now();
    if (!recovering() || performance.now() - worker.stuckAt > STUCK_PATIENCE_MS) end(worker, 'hung', why);
  };

  /** True while a slot that lost its worker has no ready one. */
  const recovering = () =>
    slots.some(({ worker }) => worker?.state !== 'ready' || worker.fault !== undefined);

  /**
   * Forks a successor; once it is ready the old worker drains. Does nothing where there is nothing to replace, or a
   * replacement is under way. Rejects, the old worker kept, when it can't start.
   */
  const replace = async (slot: Slot, reason: RestartReason): Promise<void> => {
    const old = slot.worker;
    if (!old || slot.successor || stopping) return;
    slot.successor = fork(slot);
    const successor = slot.successor;
    await begun(successor);
    if (stopping) return;
    slot.successor = undefined;
    slot.worker = successor;
    noteStart();
    if (old.state === 'gone') return; // it died meanwhile, and that is counted
    count(slot, reason);
    leaving.add(old);
    await old.drain('replace', killMs);
  };

  /** Gives a slot a worker that is forked from now on, wherever it stands. Rejects when that can't start. */
  const renew = async (slot: Slot): Promise<void> => {
    while (slot.successor) await slot.successor.started;
    if (slot.worker) return replace(slot, 'reload');
    clearTimeout(slot.respawn);
    slot.worker = fork(slot);
    await begun(slot.worker);
  };

  /** Renews the slots whose worker is none of these. */
  const renewSince = async (before: ReadonlySet<WorkerProcess | undefined>): Promise<void> => {
    for (const slot of slots) {
      if (stopping || (!slot.successor && slot.worker && before.has(slot.worker))) continue;
      await renew(slot).catch((error: Error) =>
        logger.error({ slot: slot.number, reason: error.message }, 'worker not replaced'),
      );
    }
  };

  const begun = async (worker: WorkerProcess): Promise<void> => {
    await worker.started;
    if (worker.state !== 'ready' && !stopping)
      throw new Error(`the new worker of slot ${worker.slot} could not start: ${worker.fault}`);
  };

  return {
    /** Forks all; resolves when all are ready. @throws StartError when one dies at start three times running. */
    start(): Promise<void> {
      return new Promise((resolve, reject) => {
        settleStart = (fault) => (fault ? reject(fault) : resolve());
        for (const slot of slots) slot.worker = fork(slot);
      });
    },
    /**
     * Replaces every worker, one after the other; a slot that waits to be respawned waits no longer.
     * @param restore called when a new one can't start; slots that got a worker since the reload began then get another.
     * @throws Error when a new one can't start: the others then stay.
     */
    async reload(restore?: () => void): Promise<void> {
      if (reloading) throw new Error('a reload is under way');
      reloading = true;
      const before = new Set(slots.map(({ worker }) => worker));
      try {
        for (const slot of slots) {
          if (!stopping) await renew(slot);
          if (stopping) throw new Error('the service is stopping');
        }
      } catch (error) {
        restore?.();
        if (restore) await renewSince(before);
        throw error;
      } finally {
        reloading = false;
      }
    },
    /** Replaces one slot's worker, unless a reload or another replacement is under way. */
    async recycle(slotNumber: number, reason: RestartReason): Promise<void> {
      const slot = slots[slotNumber];
      if (slot && !reloading && slots.every(({ successor }) => !successor)) await replace(slot, reason);
    },
    end,
    /** Drains all and waits until they are gone. */
    async stop(): Promise<void> {
      stopping = true;
      for (const slot of slots) clearTimeout(slot.respawn);
      await Promise.all(all().map((worker) => worker.drain('shutdown', killMs)));
    },
    /** The worker that serves each slot, where there is one. */
    serving: () => slots.flatMap(({ worker }) => (worker?.state === 'ready' ? [worker] : [])),
    recovering,
    workers: () => all().map((worker) => ({ worker, restarts: slots[worker.slot]?.restarts ?? 0 })),
    counts() {
      const among = (state: string) => all().filter((worker) => worker.state === state).length;
      return {
        desired: slots.length,
        alive: all().length,
        ready: among('ready'),
        draining: among('draining'),
      };
    },
  };
}
