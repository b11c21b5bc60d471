import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { drainTimes } from '../drain-times.ts';
import { createApp } from '../http/app.ts';
import { createInputDescription } from '../http/describe-input.ts';
import { refuseConnect } from '../http/refuse-connect.ts';
import { answerUnreadable } from '../http/unreadable-request.ts';
import { type DrainMode, type PrimaryMessage, type WorkerMessage, workerTitle } from '../ipc.ts';
import { createLogger } from '../logger.ts';
import { createWorkerMetrics } from '../metrics/worker-metrics.ts';
import { joinAccess } from './join-access.ts';
import { loadModels } from './load-models.ts';
import { createMetricsPush } from './metrics-push.ts';
import { queueGauges } from './queue-gauges.ts';
import { createRoutes } from './routes.ts';
import { startServer } from './server.ts';
import { watchInference } from './watch-inference.ts';

/** Node keeps an idle connection open for this much longer than nginx does (nginx/: 10 s), so that nginx closes it. */
const KEEP_ALIVE_MS = 20_000;

/** With no successor, connections on their way from the primary would be reset: they get this long to arrive. */
const HAND_OVER_MS = 200;

/**
 * One worker: loads the model folder, checks it, listens, tells the primary; leaves when told to.
 * @throws StartError when it can't serve.
 */
export async function startWorker(config: Config, slot: number): Promise<void> {
  const { service, model } = config;
  const logger = createLogger(config.log.level, { role: 'worker', slot });
  const metrics = createWorkerMetrics({ slot });
  let draining = false;
  let leave = async (mode: DrainMode, exitCode: number): Promise<void> => {
    logger.info({ mode }, 'leaving before it was ready');
    process.exit(exitCode);
  };

  process.title = workerTitle(slot);
  process.on('SIGINT', () => undefined); // PM2 signals the whole tree; the primary drains its workers
  process.on('SIGTERM', () => void tellPrimary({ type: 'replace-me' }));
  process.on('message', (message: PrimaryMessage) => {
    if (message.type === 'drain') void leave(message.mode, 0);
  });
  const fail = (error: unknown) => {
    logger.fatal({ err: error }, 'worker fails');
    void leave('shutdown', 1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  const access = joinAccess(metrics, tellPrimary);
  const { engine, tasks, predictor, encoder } = await loadModels(model, { metrics, logger, onExit: fail });

  const { gate, textKey } = await access;
  const routes = createRoutes({
    config,
    manifest: engine.manifest,
    encoder,
    tasks,
    predictor,
    metrics,
    gate,
    draining: () => draining,
  });
  const app = createApp({
    routes,
    metrics,
    logger,
    draining: () => draining,
    ...config.access,
    describeInput: createInputDescription({ textKey, text: config.log.input }),
  });
  const server = await startServer({
    ...service,
    slot,
    handler: app.callback(),
    onClientError: answerUnreadable({ routes, metrics }),
    onConnect: refuseConnect({ routes, metrics }),
    keepAliveMs: KEEP_ALIVE_MS,
  });

  const push = createMetricsPush([queueGauges(metrics, engine.queue), ...metrics.sources], tellPrimary);
  process.on('message', ({ type }: PrimaryMessage) => {
    if (type === 'metrics-ack') push.acknowledged();
  });
  watchInference(engine.queue, (reason) => void tellPrimary({ type: 'stuck', reason }));
  leave = async (mode, exitCode) => {
    if (draining) return;
    draining = true;
    logger.info({ mode }, 'draining');
    const { cutMs } = drainTimes(service.drainMs);
    const deadline = performance.now() + cutMs;
    if (mode === 'shutdown') await sleep(Math.min(HAND_OVER_MS, cutMs));
    await server.drain({ deadline, cutIdle: mode === 'shutdown' });
    engine.refuse();
    await push.flush();
    await engine.close();
    logger.info('drained');
    process.exit(exitCode);
  };
  await tellPrimary({ type: 'ready' });
}

/** Resolves when the message is on its way; a primary that is gone is noticed by `disconnect`. */
function tellPrimary(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, {}, () => resolve());
    else resolve();
  });
}
