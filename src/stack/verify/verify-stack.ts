import { setTimeout as sleep } from 'node:timers/promises';
import type { ComponentName, StackContext } from '../component.ts';
import { checks } from './checks.ts';

export interface Verified {
  readonly what: string;
  /** What was seen, or what was missing at the deadline. */
  readonly seen: string;
  readonly ok: boolean;
}

/** Something a user would do, told in one sentence. Resolves with what was seen, rejects with what was not. */
export interface Check {
  readonly what: string;
  readonly needs: readonly ComponentName[];
  run(context: StackContext): Promise<string>;
}

/** Runs every check whose components run, again until it holds or `patienceMs` have passed: scrapes come each 15 s. */
export async function verifyStack(
  context: StackContext,
  patienceMs: number,
  report: (verified: Verified) => void,
): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  let good = true;
  for (const check of checks) {
    if (!check.needs.every((name) => context.components.includes(name))) continue;
    const outcome = await attempt(check, context, deadline);
    good &&= outcome.ok;
    report({ what: check.what, ...outcome });
  }
  return good;
}

async function attempt(check: Check, context: StackContext, deadline: number) {
  for (;;) {
    try {
      return { ok: true, seen: await check.run(context) };
    } catch (error) {
      if (performance.now() > deadline) return { ok: false, seen: (error as Error).message };
    }
    await sleep(500);
  }
}
