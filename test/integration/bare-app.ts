import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { TestContext } from 'node:test';
import { loadConfig } from '../../src/config.ts';
import { type AppOptions, createApp } from '../../src/http/app.ts';
import { createInputDescription } from '../../src/http/describe-input.ts';
import type { Route } from '../../src/http/route.ts';
import { createLogger } from '../../src/logger.ts';
import { createWorkerMetrics } from '../../src/metrics/worker-metrics.ts';

export interface BareAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The HTTP application with these routes and no model behind it; it ends with the test. */
export async function startApp(
  t: TestContext,
  routes: readonly Route[],
  env: Record<string, string> = {},
  { draining = () => false }: Partial<Pick<AppOptions, 'draining'>> = {},
) {
  const config = loadConfig(env);
  let log = '';
  const destination = {
    write(line: string) {
      log += line;
    },
  };
  const app = createApp({
    routes,
    metrics: createWorkerMetrics({ slot: 0 }),
    logger: createLogger('debug', {}, destination),
    draining,
    ...config.access,
    describeInput: createInputDescription({ textKey: randomBytes(32), text: config.log.input }),
  });
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    /** What was written to the log, to the byte. */
    log: () => log,
    /** Its lines. */
    logged: (): Record<string, unknown>[] =>
      log
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    send(
      method: string,
      path: string,
      headers: Record<string, string> = {},
      body?: string | Buffer,
    ): Promise<BareAnswer> {
      return new Promise((resolve, reject) => {
        const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false });
        request.on('error', reject);
        request.on('response', async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
        request.end(body);
      });
    },
    /** Sends bytes as they are and resolves with all that comes back until the connection ends. */
    async raw(bytes: string): Promise<string> {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.write(bytes, 'latin1');
      await once(socket, 'close');
      return answer;
    },
  };
}
