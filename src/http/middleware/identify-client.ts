import type { AddressList } from '../../address-list.ts';
import { clientOf } from '../client.ts';
import type { Middleware } from '../context.ts';

/** Notes who sent the request. */
export function identifyClient(trustedProxies: AddressList): Middleware {
  return async (ctx, next) => {
    ctx.state.client = clientOf(ctx.req, trustedProxies);
    await next();
  };
}
