import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { PRIMARY_TITLE } from '../ipc.ts';
import { listen } from '../listen.ts';
import { createLogger } from '../logger.ts';
import { createPrimaryMetrics } from '../metrics/primary-metrics.ts';
import { createAccess } from './access/create-access.ts';
import { createAdminGuard } from './admin-guard.ts';
import { createAdminServer } from './admin-server.ts';
import { createBoard } from './board/create-board.ts';
import { createCapacityGauge } from './capacity-gauge.ts';
import { createDescriptorWatch } from './descriptor-watch.ts';
import { createMetricsLedger } from './metrics-ledger.ts';
import { createModelTrial, type ModelTrial } from './model-trial.ts';
import { createRecycler } from './recycler.ts';
import { createReloader } from './reloader.ts';
import { openRunDir } from './run-dir.ts';
import { forgetWorker, noteWorker } from './stale-workers.ts';
import { createSupervisor } from './supervisor.ts';
import { createWatchdog } from './watchdog.ts';
import { workerAllocator } from './worker-allocator.ts';
import type { WorkerProcess } from './worker-process.ts';
import { workerStatus } from './worker-status.ts';

/** Workers have nothing to do with the admin port: its token is not theirs, nor the address that would demand one. */
const WITHOUT_ADMIN = { GTE_METRICS_TOKEN: '', GTE_METRICS_HOST: '' };

/**
 * The primary: serves /metrics, forks the workers, turns signals into a reload and a shutdown. Never loads a model.
 * Resolves when all workers are ready.
 * @param env what its workers inherit
 * @throws StartError when a port is taken or the workers can't start.
 */
export async function startPrimary(config: Config, env: NodeJS.ProcessEnv): Promise<void> {
  const { service, supervision } = config;
  const logger = createLogger(config.log.level, { role: 'primary' });
  const slots = Array.from({ length: service.workers }, (_, slot) => slot);
  const metrics = createPrimaryMetrics({ slots });
  const ledger = createMetricsLedger({ metrics, logger });
  process.title = PRIMARY_TITLE;
  const access = createAccess({ ...config.access, workers: service.workers, logger });

  /** Its gauges must not stay, and what it leased is free again. */
  const forget = (worker: WorkerProcess) => {
    ledger.retire(worker.id);
    access.left(worker);
  };
  const trial = createModelTrial(config.model);
  const supervisor = createSupervisor({
    workers: service.workers,
    drainMs: service.drainMs,
    logger,
    workerEnv: () => ({ ...allocatorOf(trial, env), ...trial.env(), ...WITHOUT_ADMIN }),
    onFork(worker) {
      access.joined(worker);
      metrics.workerStartTime.set({ slot: String(worker.slot) }, worker.startedAt / 1000);
      try {
        noteWorker(service.runDir, worker.slot, worker.pid);
      } catch (error) {
        logger.warn({ err: error }, 'worker not noted: frozen, it would outlive a killed primary');
      }
    },
    onExit(worker) {
      forgetWorker(service.runDir, worker.slot, worker.pid);
      // Killed with a connection on its way to it, a worker may never say `disconnect`.
      forget(worker);
    },
    onMessage(worker, message) {
      access.receive(worker, message);
      if (message.type !== 'metrics') return;
      worker.lastPushAt = performance.now();
      ledger.apply(worker.id, worker.slot, message.push);
      if (message.final) worker.send({ type: 'metrics-ack' });
    },
    onDisconnect: forget,
    onRestart: (slot, reason) => metrics.workerRestarts.inc({ slot: String(slot), reason }),
  });

  const watchdog = createWatchdog({
    workers: supervisor.serving,
    hangMs: supervision.hangMs,
    busy: supervisor.recovering,
    onHung: (worker, silentMs) => supervisor.end(worker, 'hung', `silent for ${Math.round(silentMs)} ms`),
  });
  const recycler = createRecycler({
    ...supervision,
    workers: supervisor.serving,
    rssBytes: (worker) => ledger.worker(worker.id)?.rssBytes ?? null,
    recycle: (worker, reason) => supervisor.recycle(worker.slot, reason),
    logger,
  });
  const reloader = createReloader(supervisor, trial, logger);
  const capacity = createCapacityGauge({
    file: config.capacityFile,
    workers: service.workers,
    gauge: metrics.capacity,
    metrics: ledger.json,
    logger,
  });

  const descriptors = createDescriptorWatch({ logger });

  const workers = () => supervisor.workers().map((entry) => workerStatus(entry, ledger));
  const board = createBoard({
    root: config.root,
    slots: slots.length,
    ledger,
    workers,
    presence: supervisor.counts,
    logger,
  });
  const admin = createAdminServer({
    logger,
    guard: createAdminGuard({ token: config.access.metricsToken, open: config.access.metricsPublic }),
    routes: { ...board.routes, '/reload': reloader.route },
    healthy: () => supervisor.counts().ready > 0,
    workers,
    render(contentType) {
      for (const [state, count] of Object.entries(supervisor.counts())) metrics.workers.set({ state }, count);
      return ledger.render(contentType);
    },
  });

  const { host, port } = config.metrics;
  await listen(admin, config.metrics, `metrics port ${port} on ${host}`);
  await trial.forget(); // of a primary that was killed while it tried one
  board.start();
  openRunDir(service.runDir, logger);

  let stopping = false;
  const stop = async (exitCode: number) => {
    if (stopping) return;
    stopping = true;
    logger.info('stopping');
    watchdog.stop();
    recycler.stop();
    capacity.stop();
    descriptors.stop();
    await supervisor.stop();
    for (const slot of slots) rmSync(join(service.runDir, `slot-${slot}.sock`), { force: true });
    board.stop();
    admin.close();
    logger.info('stopped');
    process.exit(exitCode);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGUSR2', () => void reloader.reload());

  try {
    await supervisor.start();
  } catch (error) {
    await supervisor.stop();
    admin.close();
    throw error;
  }
  watchdog.start();
  recycler.start();
  capacity.start();
  descriptors.start();
  logger.info({ ...service, metrics: config.metrics }, 'ready');
}

/** Chosen anew for each worker, as its model is. A choice that can't be read is the worker's to complain about. */
function allocatorOf(trial: ModelTrial, env: NodeJS.ProcessEnv): Record<string, string> {
  try {
    const { dir, encoderDir } = trial.model();
    return workerAllocator([dir, encoderDir], env);
  } catch {
    return {};
  }
}
