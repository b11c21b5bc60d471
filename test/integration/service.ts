import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { loadConfig } from '../../src/config.ts';
import { createApp } from '../../src/http/app.ts';
import { createInputDescription } from '../../src/http/describe-input.ts';
import { refuseConnect } from '../../src/http/refuse-connect.ts';
import type { Route } from '../../src/http/route.ts';
import { answerUnreadable } from '../../src/http/unreadable-request.ts';
import { createWorkerMetrics, type WorkerMetrics } from '../../src/metrics/worker-metrics.ts';
import { createEngine, type RunningEngine } from '../../src/model/create-engine.ts';
import { loadManifest, type Manifest } from '../../src/model/manifest.ts';
import { createTasks } from '../../src/tasks/index.ts';
import { createPredictor } from '../../src/tasks/predictor.ts';
import { observeBatches } from '../../src/worker/observe-batches.ts';
import { createRoutes } from '../../src/worker/routes.ts';
import { createHttpServer } from '../../src/worker/server.ts';
import { type Exposition, parseExposition } from '../metrics/parse-exposition.ts';

export type LogLine = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; undefined when it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests assert on what they expect to be there
  readonly json: any;
}

export interface Service {
  readonly url: string;
  readonly port: number;
  readonly manifest: Manifest;
  readonly engine: RunningEngine;
  readonly routes: readonly Route[];
  /** What this process would tell the primary. */
  metrics(): Promise<Exposition>;
  readonly logs: readonly LogLine[];
  /** The first log line, past or to come, that satisfies `wanted`. */
  logged(wanted: (line: LogLine) => boolean): Promise<LogLine>;
  /** From now on the worker says that it drains. */
  drain(): void;
  /** POST /predict with a JSON body. */
  predict(body: unknown, headers?: Record<string, string>): Promise<Answer>;
  send(
    method: string,
    path: string,
    options?: { headers?: Record<string, string>; body?: string | Buffer },
  ): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * One worker's API in this process: the app, tasks, engine and inference thread that src/worker/start.ts puts together,
 * on a free port and without a cluster around it.
 * @param env GTE_* settings
 */
export async function startService(env: Record<string, string> = {}): Promise<Service> {
  const config = loadConfig({ GTE_LOG_LEVEL: 'debug', ...env });
  const metrics = createWorkerMetrics({ slot: 0 });
  const log = createLog();
  const logger = pino({ level: config.log.level }, log.stream);
  const manifest = await loadManifest(config.model.dir);
  const engine = await createEngine({
    dir: config.model.dir,
    manifest,
    queueTokens: config.model.queueTokens,
    queueMs: config.model.queueMs,
    observer: observeBatches(metrics, (lane) => lane),
    onExit: (reason) => logger.fatal({ err: reason }, 'the inference thread ended'),
  });
  const tasks = createTasks(manifest);
  const predictor = createPredictor(tasks, engine);
  let draining = false;
  const routes = createRoutes({ config, manifest, tasks, predictor, metrics, draining: () => draining });
  const app = createApp({
    routes,
    metrics,
    logger,
    draining: () => draining,
    ...config.access,
    describeInput: createInputDescription({ textKey: randomBytes(32), text: config.log.input }),
  });
  const server = createHttpServer({
    handler: app.callback(),
    onClientError: answerUnreadable({ routes, metrics }),
    onConnect: refuseConnect({ routes, metrics }),
    keepAliveMs: 20_000,
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const send: Service['send'] = (method, path, options) => sendRequest(port, method, path, options);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    manifest,
    engine,
    routes,
    metrics: () => expose(metrics),
    logs: log.lines,
    logged: log.wait,
    drain() {
      draining = true;
    },
    predict: (body, headers = {}) =>
      send('POST', '/predict', {
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    send,
    async close() {
      server.closeAllConnections();
      server.close();
      await engine.close();
    },
  };
}

/** Resolves when `condition` holds, looking at each turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

async function expose({ sources }: WorkerMetrics): Promise<Exposition> {
  const texts = await Promise.all(sources.map(({ registry }) => registry.metrics()));
  return parseExposition(texts.join('\n'), 'text');
}

function createLog() {
  const lines: LogLine[] = [];
  const waiting = new Set<(line: LogLine) => void>();
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      const line = JSON.parse(chunk.toString()) as LogLine;
      lines.push(line);
      for (const look of waiting) look(line);
      done();
    },
  });
  const wait = (wanted: (line: LogLine) => boolean) =>
    new Promise<LogLine>((resolve) => {
      const past = lines.find(wanted);
      if (past) return resolve(past);
      const look = (line: LogLine) => {
        if (!wanted(line)) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
    });
  return { lines, stream, wait };
}

/** By node:http, since fetch normalises paths and refuses some methods; each on a connection of its own. */
function sendRequest(
  port: number,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false });
    let answered = false;
    // A server that refuses a body may close before it has taken all of it.
    request.on('error', (error) => !answered && reject(error));
    request.on('response', async (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parse(text) });
    });
    request.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
