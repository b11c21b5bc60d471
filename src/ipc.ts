import type { LabelledKey } from './auth/api-key.ts';
import type { LeaseOrder, LeaseRequest } from './auth/budget/lease-messages.ts';
import type { MetricsPush } from './metrics/push-format.ts';

/** Why a worker's slot gets a new process; the `reason` label of gte_worker_restarts_total. */
export type RestartReason = 'crash' | 'hung' | 'memory' | 'age' | 'terminated' | 'reload';

/** shutdown: the service ends, idle connections are cut; replace: a successor serves, clients leave at their own pace. */
export type DrainMode = 'shutdown' | 'replace';

export type WorkerMessage =
  /** Listening, model loaded, golden rows answered. */
  | { type: 'ready' }
  /** Could not start; the reason is one sentence. */
  | { type: 'start-failed'; reason: string }
  /** What changed since the last push. `final` ones are acknowledged with `metrics-ack`. */
  | { type: 'metrics'; push: MetricsPush; final: boolean }
  /** Its inference thread does not return: it can only be ended. Told each second until it is. */
  | { type: 'stuck'; reason: string }
  /** Got SIGTERM: asks to be drained and replaced. */
  | { type: 'replace-me' }
  /** It listens for messages now, and wants an `access`: what is sent to it before that is lost. */
  | { type: 'access-wanted' }
  | LeaseRequest;

/** Who may call the public API: sent to a worker that wants it, and to all when the key file changed. */
export interface AccessMessage {
  type: 'access';
  /** Undefined: no key is needed. */
  keys?: readonly LabelledKey[];
  /** Key of the hashes by which the access log names input texts, hex; the same for all workers of a primary. */
  textKey: string;
}

export type PrimaryMessage =
  | { type: 'drain'; mode: DrainMode }
  | { type: 'metrics-ack' }
  | AccessMessage
  | LeaseOrder;

/** What the primary tells a worker at fork, in its environment. */
export const SLOT_VARIABLE = 'GTE_WORKER_SLOT';

/** What the processes call themselves in the process list. */
export const PRIMARY_TITLE = 'gte-serve primary';
export const workerTitle = (slot: number) => `gte-serve worker ${slot}`;
