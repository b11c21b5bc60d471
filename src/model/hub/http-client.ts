import { type Dispatcher, EnvHttpProxyAgent, Pool, request } from 'undici';
import { ModelError } from '../model-error.ts';

/** As the usual variables hold them; undefined or empty is none. */
export interface Proxies {
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  /** Hosts that are asked directly, comma-separated. */
  readonly none?: string | undefined;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Of the first answer, before any redirect: the hub's own words about the file. */
  readonly firstHeaders: Headers;
  /** The first X-Linked-ETag on the way: a mirror, or a model's old name, redirects to the hub that says it. */
  readonly linkedTag: string | undefined;
  readonly body: Dispatcher.ResponseData['body'];
}

export interface HttpClient {
  /**
   * GET, following redirects. `credentials` go to `origin` alone.
   * @throws ModelError for a redirect that must not be followed; otherwise undici's errors.
   */
  get(
    url: string,
    options: {
      readonly origin: string;
      readonly credentials: Readonly<Record<string, string>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;

export function createHttpClient(proxies: Proxies, silenceMs = 30_000): HttpClient {
  const dispatcher = new EnvHttpProxyAgent({
    // Empty, not undefined: undici would look into the environment itself.
    httpProxy: proxies.http ?? '',
    httpsProxy: proxies.https ?? '',
    noProxy: proxies.none ?? '',
    // Many proxies allow CONNECT to port 443 only; http is forwarded as ever.
    proxyTunnel: false,
    clientFactory: createProxyPool,
    connect: { timeout: silenceMs },
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
  });
  return {
    async get(url, { origin, credentials, headers = {}, signal }) {
      let current = new URL(url);
      let firstHeaders: Headers | undefined;
      let linkedTag: string | undefined;
      for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
        const answer = await request(current, {
          dispatcher,
          signal: signal ?? null,
          headers: {
            'user-agent': 'gte-serve',
            'accept-encoding': 'identity',
            ...headers,
            ...(current.origin === origin && credentials),
          },
        });
        const { statusCode: status, headers: received, body } = answer;
        const { location, 'x-linked-etag': tag } = received;
        firstHeaders ??= received;
        if (typeof tag === 'string') linkedTag ??= tag;
        if (status < 300 || status >= 400 || typeof location !== 'string')
          return { status, headers: received, firstHeaders, linkedTag, body };
        await body.dump();
        current = follow(current, location);
      }
      throw new ModelError(`${url} redirects more than ${MAX_REDIRECTS} times`);
    },
    close: () => dispatcher.destroy(),
  };
}

function follow(from: URL, location: string): URL {
  const to = new URL(location, from);
  if (to.protocol !== from.protocol && to.protocol !== 'https:')
    throw new ModelError(`${from.host} redirects to ${to.protocol}//${to.host}: refused`);
  return to;
}

/** undici's client reconnects for ever when connecting fails with UND_ERR_SOCKET, as when a proxy hangs up on CONNECT. */
function createProxyPool(origin: URL, options: object): Pool {
  const pool = new Pool(origin, options);
  const connect = pool.connect.bind(pool) as (
    options: Dispatcher.ConnectOptions,
  ) => Promise<Dispatcher.ConnectData>;
  const connectOnce = (options: Dispatcher.ConnectOptions) =>
    connect(options).catch((cause) => {
      throw Object.assign(new Error('the proxy hung up', { cause }), { code: 'ECONNRESET' });
    });
  return Object.assign(pool, { connect: connectOnce });
}
