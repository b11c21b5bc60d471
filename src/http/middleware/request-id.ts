import { randomUUID } from 'node:crypto';
import type { Middleware } from '../context.ts';

/** Keeps the caller's X-Request-Id when it is harmless in logs, else makes one; answers with it. */
export function requestId(): Middleware {
  return async (ctx, next) => {
    const given = ctx.get('X-Request-Id');
    ctx.state.requestId = /^[A-Za-z0-9_-]{8,64}$/.test(given) ? given : randomUUID();
    ctx.set('X-Request-Id', ctx.state.requestId);
    await next();
  };
}
