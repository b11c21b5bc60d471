import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { KeyGate } from '../http/key-gate.ts';
import { openapi } from '../http/openapi.ts';
import type { Route } from '../http/route.ts';
import { docsRoutes } from '../http/routes/docs.ts';
import { healthRoute, readyRoute } from '../http/routes/health.ts';
import { infoRoute } from '../http/routes/info.ts';
import { openapiRoute } from '../http/routes/openapi.ts';
import { pageRoutes } from '../http/routes/page.ts';
import { predictRoute } from '../http/routes/predict.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Predictor } from '../tasks/predictor.ts';
import type { TaskOrReason } from '../tasks/task.ts';
import { createInfo } from './info.ts';

/** Largest request body. */
export const BODY_BYTES = 256 * 1024;

export interface RoutesOptions {
  readonly config: Config;
  readonly manifest: Manifest;
  /** Of the encoder, where it has a folder of its own. */
  readonly encoder?: Manifest | undefined;
  readonly tasks: readonly TaskOrReason[];
  readonly predictor: Predictor;
  readonly metrics: WorkerMetrics;
  readonly draining: () => boolean;
  /** Undefined: no key is needed. */
  readonly gate?: KeyGate | undefined;
}

/** The public API: one line a route. */
export function createRoutes({
  config,
  manifest,
  encoder,
  tasks,
  predictor,
  metrics,
  draining,
  gate,
}: RoutesOptions): Route[] {
  const info = createInfo({ config, manifest, encoder, tasks, bodyBytes: BODY_BYTES });
  const publicDir = join(config.root, 'public');
  return [
    predictRoute({ predictor, metrics, bodyBytes: BODY_BYTES, deadlineMs: config.service.deadlineMs, gate }),
    infoRoute(() => info, gate),
    healthRoute,
    readyRoute(() => (draining() ? 'the worker is draining' : undefined)),
    openapiRoute(
      openapi({
        tasks: tasks.filter((task) => 'run' in task),
        version: info.version,
        bodyBytes: BODY_BYTES,
        keys: gate !== undefined,
      }),
    ),
    ...docsRoutes(publicDir),
    ...pageRoutes(publicDir),
  ];
}
