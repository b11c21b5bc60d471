import { once } from 'node:events';
import { listen } from '../listen.ts';
import { createLogger } from '../logger.ts';
import { createRelayMetrics } from './metrics.ts';
import { protocols } from './robots/index.ts';
import { createSender, SENDER_OPTIONS, type SenderOptions } from './sender.ts';
import { createRelayServer } from './server.ts';
import type { RelaySettings } from './settings.ts';

/**
 * Starts the relay.
 * @returns the port it listens on, and `stop`, which takes no more and gives waiting messages `graceMs` to get out
 */
export async function startRelay(settings: RelaySettings, options: SenderOptions = SENDER_OPTIONS) {
  const { host, port, robots, timeZone, logLevel, exposedFile } = settings;
  const logger = createLogger(logLevel, { app: 'alert-relay' });
  const metrics = createRelayMetrics(robots);
  const senders = robots.map((robot) =>
    createSender(robot, protocols[robot.kind], { metrics, logger }, options),
  );
  const server = createRelayServer({ senders, metrics, logger, timeZone });
  if (exposedFile) logger.warn({ file: exposedFile }, 'the robots file can be read by others: chmod 600');
  await listen(server, { host, port }, `port ${port} on ${host}`);
  const address = server.address();
  logger.info({ robots: robots.map(({ name, kind }) => `${name} (${kind})`) }, 'listening');
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async stop(graceMs: number): Promise<void> {
      server.close();
      server.closeIdleConnections();
      await Promise.all(senders.map((sender) => sender.drain(graceMs)));
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}
