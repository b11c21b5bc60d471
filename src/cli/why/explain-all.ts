import { sum, type TaskWindow } from '../windows/window.ts';
import { add, type Contributions } from './cause.ts';
import { meansOf, type TaskExplanation } from './explain-task.ts';

/**
 * The change of the mean over all tasks: each task's own, by its share of the answers, and what the shares' own change did
 * (more answers of slow tasks), which counts as mix.
 * @param then,now all tasks as one
 */
export function explainAll(
  tasks: ReadonlyMap<string, TaskExplanation>,
  then: TaskWindow,
  now: TaskWindow,
): TaskExplanation {
  const [before, after] = [meansOf(then), meansOf(now)];
  const change = after.latency - before.latency;
  const causes: Contributions = new Map();
  if (Number.isNaN(change)) return { before, after, change, causes };
  for (const task of tasks.values()) {
    if (Number.isNaN(task.change)) continue;
    const shares = [task.before.answered / before.answered, task.after.answered / after.answered] as const;
    const share = (shares[0] + shares[1]) / 2;
    for (const [cause, seconds] of task.causes) add(causes, cause, seconds * share);
    add(causes, 'mix', ((task.before.latency + task.after.latency) / 2) * (shares[1] - shares[0]));
  }
  // Tasks that were answered in one of the windows only can't be split by cause: they are mix.
  add(causes, 'mix', change - sum(causes.values()));
  return { before, after, change, causes };
}
