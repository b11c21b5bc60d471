import { randomUUID } from 'node:crypto';
import { METHODS } from 'node:http';
import type { Duplex } from 'node:stream';
import { MethodError, NotFoundError, type ServiceError } from '../errors.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import { endWith, isAnswerable, type ParserError, refusalOf } from '../unreadable.ts';
import { allowedMethods } from './allowed-methods.ts';
import type { Route } from './route.ts';

const REQUEST_LINE = /^([!-~]+) (\/[^\s?]*)\S* HTTP\//;

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
    if (!isAnswerable(error, socket)) {
      socket.destroy();
      return;
    }
    const refusal = unknownMethod(error, routes) ?? refusalOf(error);
    metrics.httpRequests.inc({ method: 'other', route: 'none', code: String(refusal.status) });
    endWith(socket, refusal, { request_id: randomUUID() });
  };
}

function unknownMethod({ code, rawPacket }: ParserError, routes: readonly Route[]): ServiceError | undefined {
  if (code !== 'HPE_INVALID_METHOD') return undefined;
  const [, method = '', path = ''] = REQUEST_LINE.exec(rawPacket?.toString('latin1') ?? '') ?? [];
  // A known one: the packet began with another request, which this one followed.
  if (path === '' || METHODS.includes(method)) return undefined;
  const allowed = allowedMethods(routes, path);
  return allowed === undefined ? new NotFoundError() : new MethodError(allowed);
}
