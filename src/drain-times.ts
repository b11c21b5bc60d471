/** So that the whole service is gone within GTE_DRAIN_MS: when a worker cuts what is left, and when it is killed, in ms. */
export function drainTimes(drainMs: number): { cutMs: number; killMs: number } {
  return { cutMs: drainMs - Math.min(1500, 0.3 * drainMs), killMs: drainMs - Math.min(1000, 0.2 * drainMs) };
}
