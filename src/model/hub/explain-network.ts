const BROKE = 'the connection broke';

/** Failures of the way to a hub, not of the hub; trying again may help. */
const NETWORK_CODES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name is not known',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: BROKE,
  EPIPE: BROKE,
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'it is out of reach',
  ENETUNREACH: 'there is no network',
  UND_ERR_SOCKET: BROKE,
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
  UND_ERR_BODY_TIMEOUT: 'it stopped sending',
};

/** Why a request failed on its way, or undefined when the failure is of another kind. */
export function networkFailure(error: unknown): string | undefined {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const { code = '' } = current as NodeJS.ErrnoException;
    const known = NETWORK_CODES[code];
    if (known) return `${known} (${code})`;
    // undici reports a proxy's refusal so, e.g. "Proxy response (407) !== 200 when HTTP Tunneling".
    if (/Proxy response \(\d+\)/.test(current.message)) return `the proxy refuses: ${current.message}`;
    if (/^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code))
      return `its certificate is not trusted (${code})`;
    if (current instanceof AggregateError) return networkFailure(current.errors[0]);
  }
  return undefined;
}

/** Whether the other side was reached and then lost: worth another attempt. */
export const connectionBroke = (error: unknown) => networkFailure(error)?.startsWith(BROKE) ?? false;
