import { NotReadyError } from '../../errors.ts';
import type { Route } from '../route.ts';

/** GET /healthz: the process serves. */
export const healthRoute: Route = {
  method: 'GET',
  path: '/healthz',
  handlers: [
    (ctx) => {
      ctx.body = { status: 'ok' };
    },
  ],
};

/** GET /readyz: the worker should get traffic. `notReady` gives the reason why it should not, in one sentence. */
export function readyRoute(notReady: () => string | undefined): Route {
  return {
    method: 'GET',
    path: '/readyz',
    handlers: [
      (ctx) => {
        const reason = notReady();
        if (reason !== undefined) throw new NotReadyError(reason);
        ctx.body = { status: 'ready' };
      },
    ],
  };
}
