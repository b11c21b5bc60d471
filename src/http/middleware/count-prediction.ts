import { CancelledError, DeadlineError, OverloadedError, ServiceError } from '../../errors.ts';
import type { WorkerMetrics } from '../../metrics/worker-metrics.ts';
import { noStages } from '../../tasks/predictor.ts';
import type { Middleware, PredictionState, TaskStatus } from '../context.ts';

/** Counts each POST /predict exactly once, a malformed one as task `unknown`, and tells the client how it was counted. */
export function countPrediction(metrics: WorkerMetrics): Middleware {
  return async (ctx, next) => {
    const prediction: PredictionState = { taskType: 'unknown', status: 'success', stages: noStages() };
    ctx.state.prediction = prediction;
    try {
      await next();
    } catch (error) {
      prediction.status = statusOf(error, prediction);
      const code = prediction.status === 'cancelled' ? 'cancelled' : codeOf(error);
      metrics.taskErrors.inc({ task_type: prediction.taskType, code });
      throw error;
    } finally {
      const { taskType, status, stages, startedAt } = prediction;
      metrics.taskRequests.inc({ task_type: taskType, status });
      if (startedAt !== undefined && (status === 'success' || status === 'error')) {
        metrics.taskLatency.observe({ task_type: taskType }, (performance.now() - startedAt) / 1000);
      }
      ctx.set('X-Task-Type', taskType);
      ctx.set('X-Task-Status', status);
      ctx.set('Server-Timing', serverTiming(stages));
    }
  };
}

function codeOf(error: unknown): string {
  return error instanceof ServiceError ? error.code : 'internal';
}

/**
 * Who is at fault: the client (4xx, over its own budget too), nobody (shed), or we (a deadline missed is ours; where the
 * client set a shorter one, it gave up, and can't make the service look broken).
 */
function statusOf(error: unknown, { hurried }: PredictionState): TaskStatus {
  if (error instanceof CancelledError || (hurried && isLate(error))) return 'cancelled';
  if (!(error instanceof ServiceError)) return 'error';
  if (error.code === 'overloaded' || error.code === 'not_ready') return 'rejected';
  return error.status < 500 ? 'invalid' : 'error';
}

/** Not answered in time, or refused because it would not be. */
const isLate = (error: unknown) =>
  error instanceof DeadlineError || (error instanceof OverloadedError && error.reason === 'deadline');

/** https://www.w3.org/TR/server-timing/, durations in milliseconds. */
function serverTiming(stages: PredictionState['stages']): string {
  return Object.entries(stages)
    .map(([stage, seconds]) => `${stage};dur=${(seconds * 1000).toFixed(2)}`)
    .join(', ');
}
