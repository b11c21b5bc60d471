import { SECURITY_HEADERS, TRANSPORT_SECURITY } from '../../security-headers.ts';
import type { Middleware } from '../context.ts';

export function securityHeaders(): Middleware {
  return async (ctx, next) => {
    ctx.set(SECURITY_HEADERS);
    if (ctx.state.client?.secure) ctx.set('Strict-Transport-Security', TRANSPORT_SECURITY);
    await next();
  };
}
