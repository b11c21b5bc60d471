import type { Check, Text } from './experiment.ts';

const rounded = (value: number) =>
  String(Math.abs(value) < 10 ? Math.round(value * 100) / 100 : Math.round(value));
const withUnit = (value: number, unit: string) => {
  if (!Number.isFinite(value)) return '–';
  return unit === '%' ? `${rounded(value)} %` : `${rounded(value)}${unit && ` ${unit}`}`;
};

/** A measured number must not be above a limit. */
export function atMost(what: Text, value: number, limit: number, unit = '', noisy = unit !== ''): Check {
  const [measured, promised] = [withUnit(value, unit), `≤ ${withUnit(limit, unit)}`];
  return { what, measured, promised, kept: value <= limit, noisy };
}

export function atLeast(what: Text, value: number, limit: number, unit = '', noisy = unit !== ''): Check {
  const [measured, promised] = [withUnit(value, unit), `≥ ${withUnit(limit, unit)}`];
  return { what, measured, promised, kept: value >= limit, noisy };
}

/** A count or a word must be exactly this. */
export function exactly(what: Text, value: number | string, expected: number | string): Check {
  return {
    what,
    measured: String(value),
    promised: String(expected),
    kept: value === expected,
    noisy: false,
  };
}

/** Something holds, or it does not. */
export function holds(what: Text, is: boolean): Check {
  return { what, measured: is ? '✓' : '✗', promised: '✓', kept: is, noisy: false };
}

/** Told for the record; nothing was promised. */
export function reported(what: Text, value: number, unit: string): Check {
  return { what, measured: withUnit(value, unit), promised: '', kept: true, noisy: true };
}
