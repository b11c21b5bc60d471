import { BlockList, isIP } from 'node:net';

/** A set of client addresses, as written in a setting. */
export interface AddressList {
  /** Whether peers of a unix socket belong to it. */
  readonly unix: boolean;
  has(address: string): boolean;
}

/** An IPv4 address that came over an IPv6 socket is the IPv4 address. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

/**
 * Reads a list separated by commas: addresses, CIDR ranges, `loopback`, `unix`, or `none` alone.
 * @throws Error naming the entry that is none of these.
 */
export function parseAddressList(text: string): AddressList {
  const entries = text.split(',').map((entry) => entry.trim());
  const list = new BlockList();
  let unix = false;
  for (const entry of entries) {
    if (entry === 'unix') unix = true;
    else if (entry === 'loopback') addLoopback(list);
    else if (!(entry === 'none' && entries.length === 1)) addRange(list, entry);
  }
  return {
    unix,
    has(address) {
      const plain = plainAddress(address);
      const family = isIP(plain);
      return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
    },
  };
}

/** Whether only this machine can reach what listens on `host`. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || parseAddressList('loopback').has(host);
}

function addLoopback(list: BlockList): void {
  list.addSubnet('127.0.0.0', 8, 'ipv4');
  list.addAddress('::1', 'ipv6');
}

function addRange(list: BlockList, entry: string): void {
  const [address = '', bits, ...rest] = entry.split('/');
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  if (
    family === 0 ||
    rest.length > 0 ||
    (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  )
    throw new Error(`${JSON.stringify(entry)} is not an address, a range like 10.0.0.0/8, unix or loopback`);
  list.addSubnet(address, bits === undefined ? most : Number(bits), family === 6 ? 'ipv6' : 'ipv4');
}
