import cluster, { type Worker } from 'node:cluster';
import type { DrainMode, PrimaryMessage, RestartReason, WorkerMessage } from '../ipc.ts';
import { SLOT_VARIABLE } from '../ipc.ts';
import { mindHandOffs } from './hand-offs.ts';

export type WorkerState = 'starting' | 'ready' | 'draining' | 'gone';

export interface WorkerEvents {
  message(worker: WorkerProcess, message: WorkerMessage): void;
  /** The channel is closed and everything it held was received. */
  disconnect(worker: WorkerProcess): void;
  /** A connection did not reach it and was closed. */
  lost(worker: WorkerProcess): void;
  exit(worker: WorkerProcess, code: number | null, signal: string | null): void;
}

/** One forked worker and what the primary knows of it. */
export interface WorkerProcess {
  readonly id: number;
  /** 0 where the system started none: it is gone a moment later. */
  readonly pid: number;
  readonly slot: number;
  /** Unix milliseconds of the fork. */
  readonly startedAt: number;
  readonly state: WorkerState;
  /** Unix milliseconds of the last change of state. */
  readonly since: number;
  /** performance.now() of the last metrics push. */
  lastPushAt: number;
  /** How long it has been ready, in ms. */
  readonly servedMs: number;
  /** What its death will count as. */
  endReason: RestartReason;
  /** performance.now() of the first time it said that its inference does not return. */
  stuckAt?: number;
  /** Why it dies, in one sentence, where that is known. */
  fault?: string;
  /** Resolves when it is ready, or gone without ever having been. */
  readonly started: Promise<void>;
  readonly exited: Promise<void>;
  /** It said that it is ready. */
  markReady(): void;
  send(message: PrimaryMessage): void;
  /** Asks it to answer what it has and leave; ends it with SIGKILL at `limitMs`. */
  drain(mode: DrainMode, limitMs: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

let lastId = 0;

/**
 * Forks a worker for a slot. A fork that fails (no memory, no file descriptors, too many processes) is a death like any
 * other.
 * @param env what it gets beside the primary's environment
 */
export function forkWorker(
  slot: number,
  env: Readonly<Record<string, string>>,
  events: WorkerEvents,
): WorkerProcess {
  const forked = tryFork({ ...env, [SLOT_VARIABLE]: String(slot) });
  const worker = forked instanceof Error ? undefined : forked;
  const startedAt = Date.now();
  let state: WorkerState = 'starting';
  let since = startedAt;
  let readyAt: number | undefined;
  let settleStart: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    settleStart = resolve;
  });
  let settleExit: () => void = () => undefined;
  const exited = new Promise<void>((resolve) => {
    settleExit = resolve;
  });
  const enter = (next: WorkerState) => {
    state = next;
    since = Date.now();
    if (next === 'ready') readyAt = performance.now();
    if (next === 'ready' || next === 'gone') settleStart();
  };

  const self: WorkerProcess = {
    id: ++lastId,
    pid: worker?.process.pid ?? 0,
    slot,
    startedAt,
    get state() {
      return state;
    },
    get since() {
      return since;
    },
    get servedMs() {
      return readyAt === undefined ? 0 : performance.now() - readyAt;
    },
    endReason: 'crash',
    lastPushAt: performance.now(),
    started,
    exited,
    markReady() {
      self.lastPushAt = performance.now();
      enter('ready');
    },
    send(message) {
      // It may die between the check and the write: its exit event tells.
      if (worker?.isConnected()) worker.send(message, () => undefined);
    },
    async drain(mode, limitMs) {
      enter('draining');
      self.send({ type: 'drain', mode });
      const late = setTimeout(() => self.kill('SIGKILL'), limitMs);
      await exited;
      clearTimeout(late);
    },
    kill: (signal) => void worker?.process.kill(signal),
  };
  const bury = (code: number | null, signal: string | null) => {
    enter('gone');
    settleExit();
    events.exit(self, code, signal);
  };
  const stillborn = (error: NodeJS.ErrnoException) => {
    self.fault = `the system starts no process (${error.code ?? error.message})`;
    bury(null, null);
  };
  if (forked instanceof Error) {
    process.nextTick(stillborn, forked);
  } else if (forked.process.pid === undefined) {
    // Out of file descriptors it has no channel either; of `exit` and `error` only the latter comes.
    forked.once('error', stillborn);
    delete cluster.workers?.[forked.id];
  } else {
    mindHandOffs(forked.process, () => events.lost(self));
    forked.on('message', (message: WorkerMessage) => events.message(self, message));
    forked.on('disconnect', () => events.disconnect(self));
    forked.on('exit', bury);
  }
  worker?.on('error', () => undefined);
  return self;
}

function tryFork(env: Record<string, string>): Worker | Error {
  try {
    return cluster.fork(env);
  } catch (error) {
    return error as Error;
  }
}
