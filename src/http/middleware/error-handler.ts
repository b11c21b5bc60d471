import { CancelledError, ServiceError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Middleware } from '../context.ts';

/** nginx's code for "client closed request": seen in logs and metrics only. */
export const CLIENT_CLOSED_REQUEST = 499;

/** The only place where errors become answers. Clients never see a cause, a stack or a library's words. */
export function errorHandler(logger: Logger): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      if (error instanceof CancelledError) {
        ctx.status = CLIENT_CLOSED_REQUEST;
        ctx.body = null;
        ctx.status = CLIENT_CLOSED_REQUEST;
        return;
      }
      const known = error instanceof ServiceError ? error : undefined;
      if (!known || known.status === 500) {
        logger.error({ err: error, cause: known?.cause, request_id: ctx.state.requestId }, 'request failed');
      }
      ctx.status = known?.status ?? 500;
      if (known) ctx.set(known.headers);
      ctx.body = {
        error: known?.message ?? 'internal error',
        code: known?.code ?? 'internal',
        request_id: ctx.state.requestId,
      };
    }
  };
}
