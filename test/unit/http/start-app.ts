import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { parseAddressList } from '../../../src/address-list.ts';
import { type AppOptions, createApp } from '../../../src/http/app.ts';
import type { Middleware } from '../../../src/http/context.ts';
import { createWorkerMetrics } from '../../../src/metrics/worker-metrics.ts';

/** The app with one route, GET /, on a free port. */
export async function startApp(
  t: { after(end: () => void): void },
  handler: Middleware,
  options: Partial<AppOptions> = {},
) {
  const logs: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      logs.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  const app = createApp({
    routes: [{ method: 'GET', path: '/', handlers: [handler] }],
    metrics: createWorkerMetrics({ slot: 0 }),
    logger: pino({ level: 'debug' }, stream),
    draining: () => false,
    trustedProxies: parseAddressList('none'),
    corsOrigins: [],
    describeInput: () => undefined,
    ...options,
  });
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, logs };
}
