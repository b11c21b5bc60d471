import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { StartError } from '../errors.ts';
import { listen } from '../listen.ts';
import { createLogger } from '../logger.ts';
import { createPrimaryMetrics } from '../metrics/primary-metrics.ts';
import { createAdminServer } from './admin-server.ts';
import { createMetricsLedger } from './metrics-ledger.ts';
import { createSupervisor } from './supervisor.ts';
import { workerStatus } from './worker-status.ts';

/**
 * The primary: serves /metrics, forks the workers, turns signals into a reload and a shutdown. Never loads a model.
 * Resolves when all workers are ready.
 * @throws StartError when a port is taken or the workers can't start.
 */
export async function startPrimary(config: Config): Promise<void> {
  const { service } = config;
  const logger = createLogger(config.log.level, { role: 'primary' });
  const slots = Array.from({ length: service.workers }, (_, slot) => slot);
  const metrics = createPrimaryMetrics({ slots });
  const ledger = createMetricsLedger({ metrics, logger });
  makeRunDir(service.runDir);
  process.title = 'gte-serve primary';

  const supervisor = createSupervisor({
    workers: service.workers,
    drainMs: service.drainMs,
    logger,
    onFork: (worker) => metrics.workerStartTime.set({ slot: String(worker.slot) }, worker.startedAt / 1000),
    onMessage(worker, message) {
      if (message.type !== 'metrics') return;
      worker.lastPushAt = performance.now();
      ledger.apply(worker.id, worker.slot, message.push);
      if (message.final) worker.send({ type: 'metrics-ack' });
    },
    onDisconnect: (worker) => ledger.retire(worker.id),
    onRestart: (slot, reason) => metrics.workerRestarts.inc({ slot: String(slot), reason }),
  });

  const admin = createAdminServer({
    logger,
    healthy: () => supervisor.counts().ready > 0,
    workers: () => supervisor.workers().map((entry) => workerStatus(entry, ledger)),
    render(contentType) {
      for (const [state, count] of Object.entries(supervisor.counts())) metrics.workers.set({ state }, count);
      return ledger.render(contentType);
    },
  });

  const { host, port } = config.metrics;
  await listen(admin, config.metrics, `metrics port ${port} on ${host}`);

  let stopping = false;
  const stop = async (exitCode: number) => {
    if (stopping) return;
    stopping = true;
    logger.info('stopping');
    await supervisor.stop();
    for (const slot of slots) rmSync(join(service.runDir, `slot-${slot}.sock`), { force: true });
    admin.close();
    logger.info('stopped');
    process.exit(exitCode);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGUSR2', () => {
    supervisor.reload().then(
      () => logger.info('reloaded'),
      (error: Error) => logger.error({ err: error }, 'reload refused'),
    );
  });

  try {
    await supervisor.start();
  } catch (error) {
    await supervisor.stop();
    admin.close();
    throw error;
  }
  logger.info({ ...service, metrics: config.metrics }, 'ready');
}

function makeRunDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o750 });
  } catch (error) {
    throw new StartError(`GTE_RUN_DIR ${dir} can't be made: ${(error as Error).message}`, error);
  }
}
