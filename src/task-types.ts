/** The closed list of task types: the values of `task_type` in requests and, with `unknown`, in metrics. */
export const TASK_TYPES = [
  'ner',
  'relation',
  'event',
  'sentiment',
  'classification',
  'qa',
  'embedding',
  'similarity',
] as const;

export type TaskType = (typeof TASK_TYPES)[number];
