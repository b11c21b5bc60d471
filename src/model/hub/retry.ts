import type { Headers } from './http-client.ts';

/** Answers that another attempt may better. */
export const RETRIED_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

const LONGEST_MS = 60_000;

/** How long Retry-After (seconds or a date) asks to wait, a minute at most; undefined when it says nothing. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const text = String(headers['retry-after'] ?? '');
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_MS);
}
