import { MethodError, NotFoundError } from '../../errors.ts';
import type { Middleware } from '../context.ts';
import type { Route } from '../route.ts';

/** What no route answered: OPTIONS, 405 with Allow for a known path (any method, unknown ones too), else 404. */
export function fallback(routes: readonly Route[]): Middleware {
  return async (ctx) => {
    const found = routes.filter((route) => route.path === ctx.path);
    if (found.length === 0) throw new NotFoundError(`no such path; see /docs`);
    ctx.state.route = found[0]?.label ?? ctx.path;
    const allowed = found.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
    if (ctx.method !== 'OPTIONS') throw new MethodError(allowed);
    ctx.set('Allow', allowed);
    ctx.status = 204;
  };
}
