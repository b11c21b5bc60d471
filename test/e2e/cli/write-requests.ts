import { writeFileSync } from 'node:fs';

export const SENTENCE = '小米集团首席执行官雷军在北京宣布，新款手机定价3999元起。';

/** A file for gte loadtest --file: one request of each task, its text so many sentences long. */
export function writeRequests(path: string, tasks: readonly string[], sentences: number): string {
  const lines = tasks.map((task) =>
    JSON.stringify({ task_type: task, input_text: SENTENCE.repeat(sentences) }),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
