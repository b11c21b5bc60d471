import { type Explanation, isWorse, type Verdict } from '../why/explain.ts';

export interface TaskComparison {
  readonly task: string;
  readonly mean: { readonly a: number; readonly b: number };
  readonly p95: { readonly a: number; readonly b: number };
  readonly failed: { readonly a: number; readonly b: number };
  readonly worse: boolean;
}

/** Worse: slower on average beyond noise and tolerance, or failing more. */
export function compareWindows({ tasks }: Explanation): TaskComparison[] {
  return tasks.map((verdict: Verdict) => {
    const { task, explanation, p95, errors } = verdict;
    return {
      task,
      mean: { a: explanation.before.latency, b: explanation.after.latency },
      p95: { a: p95.before, b: p95.after },
      failed: { a: errors.ratio.before, b: errors.ratio.after },
      worse: isWorse(verdict),
    };
  });
}
