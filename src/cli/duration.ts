import { usageError } from './cli-error.ts';

const UNITS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 604800 } as const;

/**
 * 500ms, 90s, 5m, 1h, 7d or 2w → seconds.
 * @throws CliError naming the option.
 */
export function parseDuration(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text);
  const seconds = match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : 0;
  if (seconds > 0) return seconds;
  throw usageError(
    `${option} ${text}: use a number and ms, s, m, h, d or w, e.g. 90s`,
    `${option} ${text}：请写数字加单位 ms、s、m、h、d 或 w，例如 90s`,
  );
}

/** Seconds → the shortest exact form, e.g. 90s, 2m, 1h. */
export function formatDuration(seconds: number): string {
  for (const [unit, size] of [
    ['d', 86400],
    ['h', 3600],
    ['m', 60],
  ] as const)
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`;
  return seconds >= 1 ? `${Number(seconds.toFixed(1))}s` : `${Math.round(seconds * 1000)}ms`;
}

/** @throws CliError unless `text` is a number within the bounds. */
export function parseNumber(
  text: string,
  option: string,
  min: number,
  max = Number.POSITIVE_INFINITY,
): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  const bounds = max === Number.POSITIVE_INFINITY ? `≥ ${min}` : `${min}–${max}`;
  throw usageError(`${option} ${text}: use a number ${bounds}`, `${option} ${text}：请写数字 ${bounds}`);
}
