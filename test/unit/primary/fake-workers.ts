import type { DrainMode, WorkerMessage } from '../../../src/ipc.ts';
import { createSupervisor, type SupervisorOptions } from '../../../src/primary/supervisor.ts';
import type { forkWorker, WorkerProcess, WorkerState } from '../../../src/primary/worker-process.ts';

export interface FakeWorker extends WorkerProcess {
  /** What it was told to do. */
  readonly told: string[];
  say(message: WorkerMessage): void;
  /** It is gone, by itself or as it was told. */
  die(code?: number | null, signal?: string | null): void;
}

/** A supervisor whose workers do nothing but what the test makes them do. */
export function superviseFakes({
  stillborn = () => false,
  ...options
}: Partial<SupervisorOptions> & { stillborn?: (id: number) => boolean } = {}) {
  const forked: FakeWorker[] = [];
  const restarts: string[] = [];
  const logs: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  const log = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void logs.push({ level, message, fields });
  const supervisor = createSupervisor({
    workers: 2,
    drainMs: 1000,
    workerEnv: () => ({}),
    logger: { info: log('info'), error: log('error') } as unknown as SupervisorOptions['logger'],
    onFork: () => undefined,
    onMessage: () => undefined,
    onDisconnect: () => undefined,
    onExit: () => undefined,
    onRestart: (slot, reason) => void restarts.push(`${slot} ${reason}`),
    forkProcess: (slot, _, events) => {
      const id = forked.length + 1;
      const worker = createFake({ id, pid: stillborn(id) ? 0 : 1000 + id, slot }, events);
      forked.push(worker);
      return worker;
    },
    ...options,
  });
  /** The worker that was forked last for a slot. */
  const last = (slot: number) => forked.findLast((worker) => worker.slot === slot) as FakeWorker;
  return {
    supervisor,
    forked,
    restarts,
    logs,
    last,
    living: () => forked.filter(({ state }) => state !== 'gone'),
    /** Resolves when all are ready. */
    async start() {
      const started = supervisor.start();
      for (const worker of [...forked]) worker.say({ type: 'ready' });
      await started;
    },
  };
}

/** Lets everything happen that waits for nothing but its turn. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

function createFake(
  identity: Pick<WorkerProcess, 'id' | 'pid' | 'slot'>,
  events: Parameters<typeof forkWorker>[2],
): FakeWorker {
  let state: WorkerState = 'starting';
  const started = settleable();
  const exited = settleable();
  const worker: FakeWorker = {
    ...identity,
    startedAt: 0,
    since: 0,
    servedMs: 0,
    lastPushAt: 0,
    endReason: 'crash',
    started: started.promise,
    exited: exited.promise,
    told: [],
    get state() {
      return state;
    },
    markReady() {
      state = 'ready';
      started.resolve();
    },
    send: () => undefined,
    async drain(mode: DrainMode, limitMs: number) {
      state = 'draining';
      worker.told.push(`drain ${mode}`);
      const late = setTimeout(() => worker.kill('SIGKILL'), limitMs);
      await exited.promise;
      clearTimeout(late);
    },
    kill: (signal) => void worker.told.push(signal),
    say: (message) => events.message(worker, message),
    die(code = null, signal = code === null ? 'SIGKILL' : null) {
      state = 'gone';
      started.resolve();
      exited.resolve();
      events.exit(worker, code, signal);
    },
  };
  return worker;
}

function settleable() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: () => resolve() };
}
