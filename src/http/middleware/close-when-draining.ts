import type { Middleware } from '../context.ts';

/** While the worker drains, each answer asks the client to connect anew (to another worker). */
export function closeWhenDraining(draining: () => boolean): Middleware {
  return async (ctx, next) => {
    await next();
    if (draining()) ctx.set('Connection', 'close');
  };
}
