import Router from '@koa/router';
import Koa from 'koa';
import type { AddressList } from '../address-list.ts';
import type { Logger } from '../logger.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import type { Context, State } from './context.ts';
import { accessLog } from './middleware/access-log.ts';
import { closeWhenDraining } from './middleware/close-when-draining.ts';
import { cors } from './middleware/cors.ts';
import { errorHandler } from './middleware/error-handler.ts';
import { fallback } from './middleware/fallback.ts';
import { hostRequired } from './middleware/host-required.ts';
import { identifyClient } from './middleware/identify-client.ts';
import { measure } from './middleware/measure.ts';
import { readableTarget } from './middleware/readable-target.ts';
import { requestId } from './middleware/request-id.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import type { Route } from './route.ts';

export interface AppOptions {
  readonly routes: readonly Route[];
  readonly metrics: WorkerMetrics;
  readonly logger: Logger;
  readonly draining: () => boolean;
  /** Whose word about the client's address counts. */
  readonly trustedProxies: AddressList;
  /** Origins whose pages may call the API from a browser. */
  readonly corsOrigins: readonly string[];
  /** What the access log says of the texts in a body. */
  readonly describeInput: (body: unknown) => object | undefined;
}

/** The Koa application: the order of the middleware is the flow of a request. */
export function createApp({ routes, metrics, logger, draining, ...options }: AppOptions): Koa<State> {
  const app = new Koa<State>();
  app.use(readableTarget());
  app.use(requestId());
  app.use(identifyClient(options.trustedProxies));
  app.use(accessLog(logger, options.describeInput));
  app.use(measure(metrics));
  app.use(securityHeaders());
  app.use(cors(options.corsOrigins));
  app.use(closeWhenDraining(draining));
  app.use(errorHandler(logger));
  app.use(hostRequired());
  app.use(router(routes));
  app.use(fallback(routes));
  app.on('error', (error: Error, ctx?: Context) => {
    const level = ctx?.req.socket.destroyed ? 'debug' : 'error'; // a client that has gone is nobody's fault
    logger[level]({ err: error, request_id: ctx?.state.requestId }, 'an answer could not be sent');
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
