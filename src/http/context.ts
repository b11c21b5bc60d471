import type { DefaultContext, Middleware as KoaMiddleware, ParameterizedContext } from 'koa';
import type { TaskType } from '../task-types.ts';
import type { Prediction } from '../tasks/predictor.ts';
import type { Client } from './client.ts';

export type TaskStatus = 'success' | 'error' | 'invalid' | 'rejected' | 'cancelled';

export interface PredictionState {
  taskType: TaskType | 'unknown';
  status: TaskStatus;
  /** Seconds, filled in on the way. */
  readonly stages: Prediction['stages'];
  /** The client waits for less than the service's deadline (X-Timeout-Ms). */
  hurried?: boolean;
  /** performance.now() when the body had been read, so that a slow client does not look like a slow task. */
  startedAt?: number;
}

/** What the middleware know of a request. */
export interface State {
  requestId: string;
  client?: Client;
  /** Name of the API key it came with. */
  keyName?: string;
  /** Pattern of the matched route; undefined where none matched. */
  route?: string;
  /** Parsed JSON body. */
  body?: unknown;
  /** Set for each POST /predict. */
  prediction?: PredictionState;
}

export type Context = ParameterizedContext<State>;
export type Middleware = KoaMiddleware<State, DefaultContext>;
