import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Locator } from 'playwright-core';
import type { Exposition } from '../../metrics/parse-exposition.ts';
import { until } from '../until.ts';
import type { followMetrics } from './follow-metrics.ts';

const VISIBLE_WITHIN_MS = 3000;
const TICKS = 3;

export interface Fault {
  readonly alert: Locator;
  /** `Date.now()` when it was made. */
  readonly madeAt: number;
  /** Whether a scrape tells of as much as the alert asks for. */
  shows(metrics: Exposition): boolean;
  /** `Date.now()` when it had as much effect, given the first scrape that told so. */
  faultAt(metrics: Exposition): number | undefined;
}

/**
 * An operator is promised 3 s from the fault. On a busy machine everything is late, the primary's ticks too: there three
 * ticks, a second apart elsewhere, from the moment that /metrics shows the fault.
 */
export async function seenInTime(
  t: TestContext,
  follower: ReturnType<typeof followMetrics>,
  { alert, madeAt, shows, faultAt }: Fault,
): Promise<void> {
  await alert.waitFor({ timeout: 120_000 });
  const seenAt = Date.now();
  const since = Number(await alert.getAttribute('data-since'));
  const first = await follower.firstSeen(shows, madeAt);
  const ticks = follower.ticks(first.at, since);
  const at = await until('the fault has its effect', () => faultAt(first.metrics));
  const prompt = follower.prompt(at, seenAt);
  t.diagnostic(`visible after ${seenAt - at} ms, ${ticks} ticks${prompt ? '' : ', on a busy machine'}`);
  assert.ok(ticks <= TICKS, `visible only after ${ticks} ticks`);
  if (prompt) assert.ok(seenAt - at <= VISIBLE_WITHIN_MS, `visible only after ${seenAt - at} ms`);
}
