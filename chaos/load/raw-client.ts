import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawClient {
  readonly socket: Socket;
  /** What the service has sent so far. */
  readonly received: string;
  /** Resolves when the connection is gone, with the milliseconds that it lived. */
  readonly gone: Promise<number>;
}

/** A connection on which anything can be sent, HTTP or not. */
export async function openRaw(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const openedAt = performance.now();
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => undefined);
  socket.once('end', () => socket.destroy());
  const gone = new Promise<number>((resolve) => {
    socket.once('close', () => resolve(performance.now() - openedAt));
  });
  await Promise.race([once(socket, 'connect'), gone]);
  return {
    socket,
    get received() {
      return received;
    },
    gone,
  };
}

/** A request as it stands on the wire. */
export function rawRequest(body: string, headers: readonly string[] = []): string {
  const lines = [
    'POST /predict HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Status codes of the answers in what was received. */
export const statusCodes = (received: string): number[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code));
