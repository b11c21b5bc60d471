import { requireHost } from '../../unreadable.ts';
import type { Middleware } from '../context.ts';

/** Node's own check of it answers without headers and body. */
export function hostRequired(): Middleware {
  return async (ctx, next) => {
    requireHost(ctx.req);
    await next();
  };
}
