import type { Middleware } from '../context.ts';

/** A request target in absolute form whose host is no host makes `ctx.path` throw: it becomes `*`, which no route has. */
export function readableTarget(): Middleware {
  return async (ctx, next) => {
    try {
      void ctx.path;
    } catch {
      ctx.req.url = '*';
    }
    await next();
  };
}
