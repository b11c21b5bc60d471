/** `HOST:PORT` as addresses are written, IPv6 in brackets. */
export const hostAndPort = (host: string, port: number) =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The same, where an address that means all of them is reached from this machine. */
export const reachedAt = (host: string, port: number) =>
  hostAndPort(['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host, port);
