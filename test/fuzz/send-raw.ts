import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { RawCase } from './raw-cases.ts';

export interface RawAnswer {
  /** Status of each answer that came, in order; 100 Continue is none. */
  readonly statuses: readonly number[];
  readonly text: string;
}

/** A server that says nothing for so long waits for the rest of a request that does not come. */
const QUIET_MS = 300;
const LIMIT_MS = 30_000;

/** Writes one case to a connection of its own and takes what comes until the connection ends or is quiet. */
export async function sendRaw(url: string, { pieces, ending }: RawCase): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let text = '';
  const done = new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`still open after ${LIMIT_MS} ms`)), LIMIT_MS);
    socket.setTimeout(QUIET_MS, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(limit);
      resolve();
    });
  });
  for (const piece of pieces) {
    if (socket.destroyed) break;
    socket.write(piece);
    await setImmediate();
  }
  if (ending === 'cut') socket.destroy();
  if (ending === 'end') socket.end();
  await done;
  const heads = [...text.matchAll(/(?:^|\n|\}|>)HTTP\/1\.[01] (\d{3})/g)];
  const statuses = heads.map(([, status]) => Number(status)).filter((status) => status >= 200);
  return { statuses, text };
}
