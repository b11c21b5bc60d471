import Router from '@koa/router';
import Koa from 'koa';
import type { Logger } from '../logger.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import type { Context, State } from './context.ts';
import { accessLog } from './middleware/access-log.ts';
import { closeWhenDraining } from './middleware/close-when-draining.ts';
import { errorHandler } from './middleware/error-handler.ts';
import { fallback } from './middleware/fallback.ts';
import { measure } from './middleware/measure.ts';
import { requestId } from './middleware/request-id.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import type { Route } from './route.ts';

export interface AppOptions {
  readonly routes: readonly Route[];
  readonly metrics: WorkerMetrics;
  readonly logger: Logger;
  readonly draining: () => boolean;
}

/** The Koa application: the order of the middleware is the flow of a request. */
export function createApp({ routes, metrics, logger, draining }: AppOptions): Koa<State> {
  const app = new Koa<State>();
  app.use(requestId());
  app.use(accessLog(logger));
  app.use(measure(metrics));
  app.use(securityHeaders());
  app.use(closeWhenDraining(draining));
  app.use(errorHandler(logger));
  app.use(router(routes));
  app.use(fallback(routes));
  app.on('error', (error: Error, ctx?: Context) => {
    logger.warn({ err: error, request_id: ctx?.state.requestId }, 'an answer could not be sent');
  });
  return app;
}

function router(routes: readonly Route[]) {
  const router = new Router<State>({ strict: true, sensitive: true });
  for (const { method, path, label = path, handlers } of routes) {
    router.register(path, method === 'GET' ? ['GET', 'HEAD'] : [method], [
      async (ctx, next) => {
        ctx.state.route = label;
        await next();
      },
      ...handlers,
    ]);
  }
  return router.routes();
}
