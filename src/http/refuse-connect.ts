import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { MethodError } from '../errors.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import { endWith, isAnswerable } from '../unreadable.ts';
import { allowedMethods } from './allowed-methods.ts';
import type { Route } from './route.ts';

/** Listener of `connect`: node:http would hang up on who asks for a tunnel. Nothing here is one, so every path gets 405. */
export function refuseConnect({ routes, metrics }: { routes: readonly Route[]; metrics: WorkerMetrics }) {
  const all = routes.flatMap(({ path }) => allowedMethods(routes, path)?.split(', ') ?? []);
  const every = [...new Set(all)].join(', ');
  return ({ url = '' }: Pick<IncomingMessage, 'url'>, socket: Duplex): void => {
    socket.on('error', () => undefined); // node:http has let go of it
    metrics.httpRequests.inc({ method: 'other', route: 'none', code: '405' });
    if (!isAnswerable({}, socket)) socket.destroy();
    else endWith(socket, new MethodError(allowedMethods(routes, url) ?? every), { request_id: randomUUID() });
  };
}
