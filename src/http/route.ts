import type { Middleware } from './context.ts';

/** One entry of the routing table. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Its name in logs and metrics, where many routes share one; else the path. */
  readonly label?: string;
  readonly handlers: readonly Middleware[];
}
