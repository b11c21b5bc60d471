import { ValidationError } from '../errors.ts';
import type { Call, Engine, Stages } from '../model/engine.ts';
import { modelName } from '../model-name.ts';
import type { TaskType } from '../task-types.ts';
import { describeIssue } from './describe-issue.ts';
import type { Answer, Task, TaskOrReason } from './task.ts';

export interface PredictOptions {
  /** Aborted when the client has gone or the deadline has passed; its reason is thrown. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Told as soon as the task type is known, before anything about it can fail. */
  onTaskType?(taskType: TaskType): void;
  /** Filled in on the way, so that a failed request's times are known too. */
  readonly stages?: Stages;
}

export interface Prediction extends Answer {
  readonly taskType: TaskType;
  /** name@version */
  readonly model: string;
  readonly stages: Stages;
  /** Tokens sent to the model, special ones included. */
  readonly tokens: number;
}

export interface Predictor {
  /**
   * Answers one request body.
   * @throws ValidationError naming the field at fault; what Engine.extract throws.
   */
  predict(body: unknown, options: PredictOptions): Promise<Prediction>;
}

export const noStages = (): Stages => ({ tokenize: 0, queue: 0, infer: 0, decode: 0 });

export function createPredictor(tasks: readonly TaskOrReason[], engine: Engine): Predictor {
  const byType = new Map<unknown, TaskOrReason>(tasks.map((task) => [task.type, task]));
  return {
    async predict(body, { signal, timeoutMs, onTaskType, stages = noStages() }) {
      const startedAt = performance.now();
      const task = chosenTask(body, byType);
      onTaskType?.(task.type);
      if ('unavailable' in task) throw new ValidationError(task.unavailable);
      const input = validInput(task, body);
      const call: Call = { signal, deadline: startedAt + timeoutMs, timeoutMs, stages, tokens: 0 };
      const answer = await task.run(input, engine, call);
      const total = (performance.now() - startedAt) / 1000;
      stages.decode = Math.max(0, total - stages.tokenize - stages.queue - stages.infer);
      const model = call.model ?? modelName(engine.manifest);
      return { ...answer, taskType: task.type, model, stages, tokens: call.tokens };
    },
  };
}

function chosenTask(body: unknown, byType: ReadonlyMap<unknown, TaskOrReason>): TaskOrReason {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ValidationError('the body must be a JSON object with the field task_type');
  const allowed = [...byType.values()].filter((task) => !('unavailable' in task)).map(({ type }) => type);
  const given = Object.hasOwn(body, 'task_type') ? (body as { task_type: unknown }).task_type : undefined;
  const task = byType.get(given);
  if (task) return task;
  const what = given === undefined ? 'is missing' : 'is unknown';
  throw new ValidationError(`task_type ${what}; use one of ${allowed.join(', ')}`);
}

function validInput<Input>(task: Task<Input>, body: unknown): Input {
  const parsed = task.input.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ValidationError(describeIssue(parsed.error));
}
