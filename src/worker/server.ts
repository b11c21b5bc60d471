import { once } from 'node:events';
import { chmod, rename } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../listen.ts';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  /** Folder of the slot sockets. */
  readonly runDir: string;
  readonly slot: number;
  readonly handler: RequestListener;
  /** Answers what can't be read as HTTP. */
  readonly onClientError: (error: Error, socket: Duplex) => void;
  /** Answers who asks for a tunnel. */
  readonly onConnect: (request: IncomingMessage, socket: Duplex) => void;
  /** How long an idle kept-alive connection stays open; above nginx's, so that nginx is the one to close. */
  readonly keepAliveMs: number;
  /** A reader that takes nothing of its answer for this long is cut off. */
  readonly stalledMs?: number;
}

/**
 * Connections made before a successor took the socket's name may still wait to be accepted, which libuv does one a turn of
 * the loop; closing resets them. They get this long, in ms.
 */
const BACKLOG_MS = 50;

export interface WorkerServer {
  /**
   * Accepts no more connections; resolves when all are gone, or at `deadline` (performance.now() ms) at the latest, cutting
   * those that are left. With `cutIdle`, kept-alive connections without a request end at once.
   */
  drain(options: { deadline: number; cutIdle: boolean }): Promise<void>;
}

/** Path of a slot's socket, the same for each of its processes. */
export const slotSocket = (runDir: string, slot: number) => join(runDir, `slot-${slot}.sock`);

/**
 * Listens on the port that all workers share and on the slot's own unix socket.
 * @throws StartError when an address can't be had.
 */
export async function startServer(options: ServerOptions): Promise<WorkerServer> {
  const { host, port, runDir, slot } = options;
  const servers = [createHttpServer(options), createHttpServer(options)] as const;
  await listen(servers[0], { host, port }, `port ${port} on ${host}`);
  // Bound under a name of its own, then renamed over the slot's: libuv removes the name it bound when the server closes,
  // which must not be the successor's.
  const own = join(runDir, `slot-${slot}.${process.pid}.sock`);
  await listen(servers[1], { path: own, exclusive: true }, `socket ${own}`);
  await chmod(own, 0o660); // nginx runs as another user of the same group
  await rename(own, slotSocket(runDir, slot));

  return {
    async drain({ deadline, cutIdle }) {
      await sleep(BACKLOG_MS);
      const gone = Promise.all(
        servers.map((server) => (server.listening ? once(server, 'close') : undefined)),
      );
      // http's own close() cuts idle kept-alive connections, and with them requests on their way.
      for (const server of servers) NetServer.prototype.close.call(server);
      const idle =
        cutIdle && setInterval(() => servers.forEach((server) => void server.closeIdleConnections()), 50);
      const late = setTimeout(
        () => servers.forEach((server) => void server.closeAllConnections()),
        deadline - performance.now(),
      );
      await gone;
      clearTimeout(late);
      if (idle) clearInterval(idle);
    },
  };
}

/** A server with the service's limits that does not listen yet. */
export function createHttpServer({
  handler,
  onClientError,
  onConnect,
  keepAliveMs,
  stalledMs = 30_000,
}: Pick<ServerOptions, 'handler' | 'onClientError' | 'onConnect' | 'keepAliveMs' | 'stalledMs'>): Server {
  const server = createServer(
    {
      keepAlive: true,
      noDelay: true,
      requestTimeout: 60_000,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 2000, // Node's 30 s would cut slow headers at 40 s
      requireHostHeader: false, // the application does
    },
    handler,
  );
  server.on('checkExpectation', handler); // Node's 417 is bare; an expectation may be ignored (RFC 9110, 10.1.1)
  server.keepAliveTimeout = keepAliveMs;
  server.setTimeout(stalledMs, (socket: Socket & { _httpMessage?: ServerResponse }) => {
    // Nothing moved: an answer may be on its way still, with nothing of it written; node:http looks here too.
    const waits = socket._httpMessage && socket.writableLength === 0;
    if (!waits) socket.destroy();
  });
  server.on('clientError', onClientError);
  server.on('connect', onConnect);
  return server;
}
