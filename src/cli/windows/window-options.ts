import { usageError } from '../cli-error.ts';
import type { Options } from '../command.ts';
import { parseDuration } from '../duration.ts';
import type { WindowOptions } from './read-window.ts';

export const untilOption = {
  until: {
    type: 'string',
    value: 'MOMENT',
    help: {
      en: 'where the window ends: a time ago (10m) or ISO 8601 (default: now)',
      zh: '窗口结束时刻：多久之前（10m）或 ISO 8601（默认现在）',
    },
  },
} as const satisfies Options;

/**
 * now, 10m (ago) or ISO 8601 → Unix seconds.
 * @throws CliError naming the option
 */
export function parseMoment(text: string, option: string, now: number): number {
  if (text === 'now') return now;
  if (/^\d+(\.\d+)?(ms|s|m|h|d|w)$/.test(text)) return now - parseDuration(text, option);
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) / 1000 : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw usageError(
    `${option} ${text}: use now, a time ago such as 10m, or ISO 8601`,
    `${option} ${text}：请写 now、多久之前（如 10m）或 ISO 8601 时间`,
  );
}

/** FROM..TO → a window; each side as parseMoment takes it, e.g. 2h..1h. */
export function parseWindow(text: string, option: string, now: number): WindowOptions {
  const [from, to, more] = text.split('..');
  if (!from || !to || more !== undefined)
    throw usageError(
      `${option} ${text}: use FROM..TO, e.g. 2h..1h or 2026-01-31T10:00..2026-01-31T11:00`,
      `${option} ${text}：请写 起..止，例如 2h..1h 或 2026-01-31T10:00..2026-01-31T11:00`,
    );
  const window = { start: parseMoment(from, option, now), end: parseMoment(to, option, now) };
  if (window.start < window.end) return window;
  throw usageError(`${option} ${text}: ends before it begins`, `${option} ${text}：结束早于开始`);
}
