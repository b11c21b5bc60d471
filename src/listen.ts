import { once } from 'node:events';
import type { ListenOptions, Server } from 'node:net';
import { StartError } from './errors.ts';

const REASONS: Record<string, string> = {
  EADDRINUSE: 'is taken',
  EACCES: 'is not allowed',
  EADDRNOTAVAIL: 'is not an address of this machine',
};

/**
 * Resolves when `server` listens.
 * @param name what a person calls the address, e.g. "port 5000 on 127.0.0.1".
 * @throws StartError when the address can't be had.
 */
export async function listen(server: Server, address: ListenOptions, name: string): Promise<void> {
  server.listen(address);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new StartError(`${name} ${REASONS[code] ?? `can't be listened on (${code})`}`, error);
  }
}
