import { MethodError, NotFoundError } from '../../errors.ts';
import { allowedMethods } from '../allowed-methods.ts';
import type { Middleware } from '../context.ts';
import type { Route } from '../route.ts';

/** What no route answered: OPTIONS, 405 with Allow for a known path (any method, unknown ones too), else 404. */
export function fallback(routes: readonly Route[]): Middleware {
  return async (ctx) => {
    const allowed = allowedMethods(routes, ctx.path);
    if (allowed === undefined) throw new NotFoundError();
    ctx.state.route = routes.find(({ path }) => path === ctx.path)?.label ?? ctx.path;
    if (ctx.method !== 'OPTIONS') throw new MethodError(allowed);
    ctx.set('Allow', allowed);
    ctx.status = 204;
  };
}
