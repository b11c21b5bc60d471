import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { RegistryContentType } from 'prom-client';
import { MethodError, NotFoundError, NotReadyError, ServiceError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { SECURITY_HEADERS } from '../security-headers.ts';
import { endWith, isAnswerable, type ParserError, refusalOf, requireHost } from '../unreadable.ts';
import { negotiateMetrics } from './negotiate-metrics.ts';

/** A row of `/workers`; null: the worker has not reported it yet. */
export interface WorkerStatus {
  readonly slot: number;
  readonly pid: number;
  readonly state: string;
  /** ISO 8601 time of the last change of state. */
  readonly since: string;
  readonly requests: number;
  /** Of the slot, since the primary started. */
  readonly restarts: number;
  readonly event_loop_p99_ms: number | null;
  readonly rss_bytes: number | null;
}

/** Answers GET and HEAD of one path. What it throws before it has answered becomes a JSON error. */
export type AdminRoute = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
export type AdminRoutes = Readonly<Record<string, AdminRoute>>;

export interface AdminServerOptions {
  readonly render: (contentType: RegistryContentType) => Promise<string>;
  readonly workers: () => readonly WorkerStatus[];
  readonly healthy: () => boolean;
  readonly logger: Pick<Logger, 'error'>;
  /** Throws where a request may not be answered; `/healthz` is open to all. */
  readonly guard?: (request: IncomingMessage) => void;
  /** More routes by path. */
  readonly routes?: AdminRoutes;
  /** A reader that takes nothing for this long is cut off. */
  readonly stalledMs?: number;
}

/** Seconds-long on purpose: a client that is slower than this is broken, and its connection is cut. */
const LIMITS = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };
/** Above Prometheus' usual scrape intervals, so that it keeps its connection. */
const KEEP_ALIVE_MS = 65_000;
const MAX_CONNECTIONS = 256;

/** The primary's port for operators: /metrics, /healthz, /workers and whatever `routes` adds. */
export function createAdminServer({
  render,
  workers,
  healthy,
  logger,
  guard,
  routes,
  stalledMs = 30_000,
}: AdminServerOptions): Server {
  const table = new Map<string, AdminRoute>(
    Object.entries({
      '/metrics': async (request, response) => {
        const contentType = negotiateMetrics(request.headers.accept);
        send(response, 200, contentType, await render(contentType));
      },
      '/healthz': (_, response) => {
        if (!healthy()) throw new NotReadyError('no worker is ready');
        sendJson(response, 200, { status: 'ok' });
      },
      '/workers': (_, response) => sendJson(response, 200, { workers: workers() }),
      ...routes,
    } satisfies AdminRoutes),
  );

  const pages = [...table.keys()].filter((path) => !path.includes('.'));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      requireHost(request);
      const path = (request.url ?? '/').split('?', 1)[0] as string;
      if (path !== '/healthz') guard?.(request);
      const route = table.get(path);
      if (!route) throw new NotFoundError(`not found; this port has ${pages.join(', ')}`);
      if (request.method !== 'GET' && request.method !== 'HEAD') throw new MethodError('GET, HEAD');
      await route(request, response);
    } catch (error) {
      if (!(error instanceof ServiceError))
        logger.error({ err: error, path: request.url }, 'admin route failed');
      sendError(response, error);
    }
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    // Only while an answer is under way: between requests the keep-alive limit holds.
    response.setTimeout(stalledMs, () => response.destroy());
    // Nobody reads bodies here: what follows one on the connection is not looked at.
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    if (length !== undefined || coding !== undefined) response.setHeader('Connection', 'close');
    void answer(request, response);
  };
  const server = createServer(
    { ...LIMITS, maxHeaderSize: 8192, keepAliveTimeout: KEEP_ALIVE_MS, requireHostHeader: false },
    listener,
  );
  server.on('checkExpectation', listener);
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (error: ParserError, socket) => {
    if (isAnswerable(error, socket)) endWith(socket, refusalOf(error));
    else socket.destroy();
  });
  return server;
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json; charset=utf-8', `${JSON.stringify(body)}\n`);
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof ServiceError ? error : undefined;
  for (const [name, value] of Object.entries(known?.headers ?? {})) response.setHeader(name, value);
  sendJson(response, known?.status ?? 500, {
    error: known?.message ?? 'internal error',
    code: known?.code ?? 'internal',
  });
}
