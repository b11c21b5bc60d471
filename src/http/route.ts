import type { Middleware } from './context.ts';

/** One entry of the routing table. `path` is the pattern, also used as a metric label. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly handlers: readonly Middleware[];
}
