import type { Route } from '../route.ts';

/** GET /info: what runs here; `info` gives the document. */
export function infoRoute(info: () => unknown): Route {
  return {
    method: 'GET',
    path: '/info',
    handlers: [
      (ctx) => {
        ctx.body = info();
      },
    ],
  };
}
