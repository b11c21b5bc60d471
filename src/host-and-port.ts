/** `HOST:PORT` as addresses are written, IPv6 in brackets. */
export const hostAndPort = (host: string, port: number) =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The same, where it is reached from this machine: an address that means all of them, on loopback. */
export const reachedAt = (host: string, port: number) =>
  hostAndPort(['0.0.0.0', '::', '*'].includes(host) ? '127.0.0.1' : host, port);
