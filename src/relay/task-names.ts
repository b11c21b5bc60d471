import type { TaskType } from '../task-types.ts';

/** What people call the tasks. */
const TASK_NAMES: Readonly<Record<TaskType | 'unknown', string>> = {
  ner: '命名实体识别',
  relation: '关系抽取',
  event: '事件抽取',
  sentiment: '情感分析',
  classification: '文本分类',
  qa: '阅读理解问答',
  embedding: '文本向量',
  similarity: '语义相似度',
  unknown: '未知任务',
};

/** "命名实体识别（ner）", or the type itself where it is none of ours. */
export function taskName(taskType: string): string {
  return taskType in TASK_NAMES ? `${TASK_NAMES[taskType as TaskType]}（${taskType}）` : taskType;
}
