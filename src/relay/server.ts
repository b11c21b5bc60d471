import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import getRawBody from 'raw-body';
import type { Logger } from '../logger.ts';
import type { RelayMetrics } from './metrics.ts';
import { notification } from './notification.ts';
import type { Sender } from './sender.ts';
import { writeMessage } from './write-message.ts';

const MAX_BODY = '1mb';
const runbooks = resolve(import.meta.dirname, '../../docs/runbooks');

export interface RelayParts {
  readonly senders: readonly Sender[];
  readonly metrics: RelayMetrics;
  readonly logger: Logger;
  readonly timeZone: string;
}

/** POST /alerts takes Alertmanager's webhook; GET /metrics, /healthz, and the runbooks that alerts link to. */
export function createRelayServer(parts: RelayParts) {
  return createServer((request, response) => {
    answer(request, response, parts).catch((error: unknown) => {
      parts.logger.error({ err: error }, 'request failed');
      if (!response.headersSent) send(response, 500, 'the relay could not answer');
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: RelayParts): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://relay');
  if (pathname === '/alerts') {
    if (request.method === 'POST') return takeAlerts(request, response, parts);
    return send(response, 405, 'use POST');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'use GET');
  if (pathname === '/healthz') return send(response, 200, 'ok');
  if (pathname === '/metrics') {
    response.setHeader('Content-Type', parts.metrics.registry.contentType);
    return send(response, 200, await parts.metrics.registry.metrics());
  }
  const [, name] = /^\/runbooks\/(\w*)$/.exec(pathname) ?? [];
  if (name !== undefined) return sendRunbook(response, name);
  return send(response, 404, 'not found');
}

async function takeAlerts(
  request: IncomingMessage,
  response: ServerResponse,
  parts: RelayParts,
): Promise<void> {
  const { senders, metrics, logger, timeZone } = parts;
  // A page in somebody's browser can't set this type on a request to another origin without being asked first.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return send(response, 415, 'send application/json');
  const body = await getRawBody(request, { limit: MAX_BODY, encoding: 'utf8' }).catch(() => undefined);
  const parsed = notification.safeParse(parse(body));
  if (!parsed.success) {
    metrics.received.inc({ result: 'invalid' });
    logger.warn(
      { issues: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) },
      'not understood',
    );
    return send(response, 400, "not Alertmanager's webhook body, version 4");
  }
  metrics.received.inc({ result: 'taken' });
  if (senders.length === 0) logger.warn({ alerts: names(parsed.data.alerts) }, 'no robot to tell');
  for (const sender of senders) {
    const message = writeMessage(parsed.data, sender.robot, timeZone);
    if (message) sender.add(message);
  }
  send(response, 200, 'queued');
}

const names = (alerts: readonly { status: string; labels: Record<string, string> }[]) =>
  alerts.map(({ status, labels }) => [status, labels.alertname, labels.task_type].filter(Boolean).join(' '));

function parse(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}

async function sendRunbook(response: ServerResponse, name: string): Promise<void> {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  if (name === '') return send(response, 200, (await readdir(runbooks)).join('\n'));
  const page = await readFile(resolve(runbooks, `${name}.md`), 'utf8').catch(() => undefined);
  return page === undefined ? send(response, 404, 'no such runbook') : send(response, 200, page);
}

function send(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.writeHead(status, { 'X-Content-Type-Options': 'nosniff' }).end(`${text}\n`);
}
