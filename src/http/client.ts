import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { type AddressList, plainAddress } from '../address-list.ts';

/** Who sent a request, as far as that can be known. */
export interface Client {
  /** IP address, or `unix` for a peer of the slot's socket that names nobody. */
  readonly address: string;
  /** A trusted proxy says that it came over HTTPS. */
  readonly secure: boolean;
}

/** A longer chain of trusted proxies is a forgery. */
const MAX_HOPS = 16;

/** X-Forwarded-For is read from its end, as far as the proxies that wrote it are trusted. */
export function clientOf({ socket, headers }: IncomingMessage, trusted: AddressList): Client {
  const peer = socket.remoteAddress === undefined ? 'unix' : plainAddress(socket.remoteAddress);
  const trusts = (address: string) => (address === 'unix' ? trusted.unix : trusted.has(address));
  if (!trusts(peer)) return { address: peer, secure: false };
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
  let address = peer;
  for (const entry of forwarded.reverse().slice(0, MAX_HOPS)) {
    const hop = withoutPort(entry.trim());
    if (isIP(hop) === 0) break;
    address = plainAddress(hop);
    if (!trusts(address)) break;
  }
  return { address, secure: headers['x-forwarded-proto'] === 'https' };
}

/** Some proxies write 192.0.2.1:4711 or [2001:db8::1]:4711. */
function withoutPort(entry: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1] ?? entry.replace(/^([\d.]+):\d+$/, '$1');
}
