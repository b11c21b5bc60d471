import type { Logger } from '../../logger.ts';
import type { Middleware } from '../context.ts';

/** Routes that machines ask every few seconds. */
const PROBES = new Set(['/healthz', '/readyz']);

/** One line a request, without any of the caller's text. */
export function accessLog(logger: Logger): Middleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    await next();
    const { route, requestId, prediction } = ctx.state;
    const level = route !== undefined && PROBES.has(route) ? 'debug' : 'info';
    logger[level](
      {
        request_id: requestId,
        method: ctx.method,
        route: route ?? 'none',
        code: ctx.status,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
        task_type: prediction?.taskType,
        task_status: prediction?.status,
      },
      'request',
    );
  };
}
