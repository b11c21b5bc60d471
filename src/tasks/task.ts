import type { z } from 'zod';
import type { Call, Engine } from '../model/engine.ts';
import type { TaskType } from '../task-types.ts';

/** What a task found, and what the metrics should know of it. */
export interface Answer {
  readonly result: unknown;
  /** True when part of the input was read by no window. */
  readonly truncated: boolean;
  /** True when the result holds nothing (no entity, no answer). */
  readonly empty: boolean;
  /** Labels found, from the manifest, or `custom` for a caller's own. */
  readonly labels: readonly string[];
  /** Score of each thing found, 0–1. */
  readonly confidences: readonly number[];
}

/** One NLP task over the model folder it was created for. */
export interface Task<Input = unknown> {
  readonly type: TaskType;
  /** Validates the request body, `task_type` included; unknown fields are refused by name. */
  readonly input: z.ZodType<Input>;
  /** Shape of `result`, for the OpenAPI document. */
  readonly result: z.ZodType;
  run(input: Input, engine: Engine, call: Call): Promise<Answer>;
}

/** A task, or, in one sentence, what the model folder lacks for it. */
export type TaskOrReason = Task | { readonly type: TaskType; readonly unavailable: string };
