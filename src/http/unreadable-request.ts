import { randomUUID } from 'node:crypto';
import { METHODS, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { MethodError, NotFoundError, ServiceError, ValidationError } from '../errors.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import { allowedMethods } from './allowed-methods.ts';
import type { Route } from './route.ts';

const REQUEST_LINE = /^([!-~]+) (\/[^\s?]*)\S* HTTP\//;

/** What node:http's `clientError` event brings. */
export interface ParserError extends Error {
  readonly code?: string;
  readonly reason?: string;
  readonly rawPacket?: Buffer;
}

export interface UnreadableRequestOptions {
  readonly routes: readonly Route[];
  readonly metrics: WorkerMetrics;
}

/**
 * Listener of `clientError`: answers what Node's HTTP parser refuses in the API's error shape, and closes the connection.
 * A method that the parser does not know gets 405 as any other that a path does not have.
 */
export function answerUnreadable({ routes, metrics }: UnreadableRequestOptions) {
  return (error: ParserError, socket: Duplex): void => {
    // An answer that has begun can't be interrupted by another one; node:http looks here too.
    const { _httpMessage: under } = socket as { _httpMessage?: ServerResponse };
    if (error.code === 'ECONNRESET' || !socket.writable || under?.headersSent) {
      socket.destroy();
      return;
    }
    const refusal = refusalOf(error, routes);
    metrics.httpRequests.inc({ method: 'other', route: 'none', code: String(refusal.status) });
    socket.end(answer(refusal));
  };
}

function refusalOf(error: ParserError, routes: readonly Route[]): ServiceError {
  switch (error.code) {
    case 'HPE_INVALID_METHOD': {
      const [, method = '', path = ''] = REQUEST_LINE.exec(error.rawPacket?.toString('latin1') ?? '') ?? [];
      // A known one: the packet began with another request, which this one followed.
      if (path === '' || METHODS.includes(method)) return new ValidationError('this is not an HTTP request');
      const allowed = allowedMethods(routes, path);
      return allowed === undefined ? new NotFoundError() : new MethodError(allowed);
    }
    case 'HPE_HEADER_OVERFLOW':
      return new ServiceError('too_large', 431, 'the headers are too large');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ServiceError('too_large', 413, 'the chunk extensions are too large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ServiceError('deadline', 408, 'the request did not arrive in time');
    default:
      return new ValidationError(`the request is not valid HTTP${error.reason ? `: ${error.reason}` : ''}`);
  }
}

function answer({ status, message, code, headers }: ServiceError): string {
  const requestId = randomUUID();
  const body = JSON.stringify({ error: message, code, request_id: requestId });
  const lines = Object.entries({
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': requestId,
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}
