import type { Route } from '../route.ts';

/** GET /openapi.json */
export function openapiRoute(document: object): Route {
  return {
    method: 'GET',
    path: '/openapi.json',
    handlers: [
      (ctx) => {
        ctx.body = document;
      },
    ],
  };
}
