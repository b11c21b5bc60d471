import { readFileSync } from 'node:fs';
import { usageError } from '../cli-error.ts';
import { builtInWorkload, type WeightedBody } from './built-in.ts';

/** Gives the next request, at random by weight. */
export type Workload = () => WeightedBody;

export interface WorkloadOptions {
  /** JSON lines, a POST /predict body each; the built-in mix without one. */
  readonly file?: string | undefined;
  /** Only these tasks, in the proportions they have; all when empty. */
  readonly tasks: readonly string[];
}

/** @throws CliError naming file and line, or the task that no request has. */
export function loadBodies({ file, tasks }: WorkloadOptions): WeightedBody[] {
  const all = file === undefined ? builtInWorkload() : readBodies(file);
  const known = [...new Set(all.map(({ task }) => task))];
  for (const task of tasks)
    if (!known.includes(task))
      throw usageError(
        `--task ${task}: there is ${known.join(', ')}`,
        `--task ${task}：可选 ${known.join('、')}`,
      );
  return tasks.length === 0 ? all : all.filter(({ task }) => tasks.includes(task));
}

export function createWorkload(bodies: readonly WeightedBody[], random: () => number): Workload {
  const total = bodies.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let left = random() * total;
    for (const body of bodies) {
      left -= body.weight;
      if (left < 0) return body;
    }
    return bodies.at(-1) as WeightedBody;
  };
}

function readBodies(file: string): WeightedBody[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as Error).message;
    throw usageError(`--file ${file} can't be read: ${reason}`, `--file ${file} 无法读取：${reason}`);
  }
  const bodies = text
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [readBody(line, `${file}:${i + 1}`)]));
  if (bodies.length === 0) throw usageError(`--file ${file} holds no request`, `--file ${file} 中没有请求`);
  return bodies;
}

function readBody(line: string, at: string): WeightedBody {
  try {
    const { task_type: task } = JSON.parse(line) as { task_type?: unknown };
    if (typeof task === 'string') return { task, body: line.trim(), weight: 1 };
  } catch {
    // said below
  }
  throw usageError(
    `${at} is not a JSON object with task_type, e.g. {"task_type":"ner","input_text":"…"}`,
    `${at} 不是带 task_type 的 JSON 对象，例如 {"task_type":"ner","input_text":"…"}`,
  );
}
