import { CancelledError, DeadlineError, ValidationError } from '../../errors.ts';
import type { WorkerMetrics } from '../../metrics/worker-metrics.ts';
import type { Prediction, Predictor } from '../../tasks/predictor.ts';
import type { Context, Middleware } from '../context.ts';
import type { KeyGate } from '../key-gate.ts';
import { countPrediction } from '../middleware/count-prediction.ts';
import { jsonBody } from '../middleware/json-body.ts';
import { requireKey } from '../middleware/require-key.ts';
import type { Route } from '../route.ts';

export interface PredictOptions {
  readonly predictor: Predictor;
  readonly metrics: WorkerMetrics;
  readonly bodyBytes: number;
  readonly deadlineMs: number;
  /** Undefined: no key is needed. */
  readonly gate: KeyGate | undefined;
}

/** POST /predict: one task on one text. */
export function predictRoute(options: PredictOptions): Route {
  const { metrics, gate, bodyBytes } = options;
  const handlers = [
    countPrediction(metrics),
    ...(gate ? [requireKey(gate)] : []),
    jsonBody(bodyBytes),
    predict(options),
  ];
  return { method: 'POST', path: '/predict', handlers };
}

function predict({ predictor, metrics, deadlineMs }: PredictOptions): Middleware {
  return async (ctx) => {
    const { prediction: state } = ctx.state;
    if (!state) throw new Error('countPrediction must come before');
    const timeoutMs = timeoutOf(ctx, deadlineMs);
    state.hurried = timeoutMs < deadlineMs;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new DeadlineError(timeoutMs)), timeoutMs);
    const onClose = () => controller.abort(new CancelledError('queue'));
    ctx.res.once('close', onClose);
    if (ctx.req.socket.destroyed) onClose();
    state.startedAt = performance.now();
    let active: { task_type: string } | undefined;
    try {
      const prediction = await predictor.predict(ctx.state.body, {
        signal: controller.signal,
        timeoutMs,
        stages: state.stages,
        onTaskType(taskType) {
          state.taskType = taskType;
          active = { task_type: taskType };
          metrics.activeRequests.inc(active);
        },
      });
      observe(metrics, prediction);
      const { result, taskType, model, truncated } = prediction;
      ctx.body = { result, task_type: taskType, model, truncated };
    } finally {
      clearTimeout(timer);
      ctx.res.off('close', onClose);
      if (active) metrics.activeRequests.dec(active);
    }
  };
}

/** X-Timeout-Ms shortens the service's deadline, never lengthens it. */
function timeoutOf(ctx: Context, deadlineMs: number): number {
  const given = ctx.headers['x-timeout-ms'];
  if (given === undefined) return deadlineMs;
  if (typeof given !== 'string' || !/^[1-9]\d{0,8}$/.test(given))
    throw new ValidationError('X-Timeout-Ms is a whole number of milliseconds, 1 or more');
  return Math.min(Number(given), deadlineMs);
}

function observe(metrics: WorkerMetrics, prediction: Prediction): void {
  const task = { task_type: prediction.taskType };
  for (const [stage, seconds] of Object.entries(prediction.stages)) {
    metrics.stageDuration.observe({ ...task, stage }, seconds);
  }
  metrics.requestTokens.observe(task, prediction.tokens);
  if (prediction.truncated) metrics.truncated.inc(task);
  if (prediction.empty) metrics.taskEmpty.inc(task);
  for (const confidence of prediction.confidences) metrics.taskConfidence.observe(task, confidence);
  for (const label of prediction.labels) metrics.taskLabel.inc({ ...task, label });
}
