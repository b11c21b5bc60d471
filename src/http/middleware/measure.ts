import type { WorkerMetrics } from '../../metrics/worker-metrics.ts';
import type { Middleware } from '../context.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts and times every request by route pattern; a raw path or an odd method never becomes a label. */
export function measure(metrics: WorkerMetrics): Middleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    await next();
    const labels = {
      method: METHODS.has(ctx.method) ? ctx.method : 'other',
      route: ctx.state.route ?? 'none',
      code: String(ctx.status),
    };
    metrics.httpRequests.inc(labels);
    metrics.httpDuration.observe(labels, (performance.now() - startedAt) / 1000);
  };
}
