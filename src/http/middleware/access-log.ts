import type { Logger } from '../../logger.ts';
import type { Middleware } from '../context.ts';

/** Routes that machines ask every few seconds. */
const PROBES = new Set(['/healthz', '/readyz']);
/** What a caller may write into a field of the log, in UTF-16 units. */
const FIELD_LENGTH = 200;

/**
 * One line a request.
 * @param describeInput what it says of the caller's texts
 */
export function accessLog(logger: Logger, describeInput: (body: unknown) => object | undefined): Middleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    await next();
    const { route, requestId, prediction, client, keyName, body } = ctx.state;
    const level = route !== undefined && PROBES.has(route) ? 'debug' : 'info';
    if (!logger.isLevelEnabled(level)) return;
    logger[level](
      {
        request_id: requestId,
        client: client?.address,
        method: ctx.method,
        route: route ?? 'none',
        // Without the query: a caller may have put a text there.
        path: ctx.path.slice(0, FIELD_LENGTH),
        code: ctx.status,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
        user_agent: ctx.get('User-Agent').slice(0, FIELD_LENGTH) || undefined,
        key: keyName,
        task_type: prediction?.taskType,
        task_status: prediction?.status,
        ...describeInput(body),
      },
      'request',
    );
  };
}
