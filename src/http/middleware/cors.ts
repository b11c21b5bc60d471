import type { Middleware } from '../context.ts';

/** Longer than the browsers' default of 5 s, short enough that a changed list is soon heard of. */
const PREFLIGHT_SECONDS = 600;

/** Lets pages of the listed origins call the API from a browser (https://fetch.spec.whatwg.org/#http-cors-protocol). */
export function cors(origins: readonly string[]): Middleware {
  const listed = new Set(origins);
  return async (ctx, next) => {
    if (listed.size > 0) ctx.vary('Origin');
    const origin = ctx.get('Origin');
    if (listed.has(origin)) {
      ctx.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Expose-Headers':
          'X-Request-Id, X-Task-Type, X-Task-Status, Server-Timing, Retry-After, WWW-Authenticate',
      });
      if (ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method') !== '') {
        ctx.set({
          'Access-Control-Allow-Methods': 'GET, HEAD, POST',
          'Access-Control-Allow-Headers':
            'Content-Type, Authorization, X-API-Key, X-Timeout-Ms, X-Request-Id',
          'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
        });
      }
    }
    await next();
  };
}
