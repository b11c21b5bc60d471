import type { Check, Text } from './experiment.ts';

/** A time or a size may miss its limit by this factor on a busy machine, not by more. */
const BUSY = 5;

const rounded = (value: number) => {
  const size = Math.abs(value);
  return String(Number(value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0)));
};
const withUnit = (value: number, unit: string) => {
  if (!Number.isFinite(value)) return '–';
  return unit === '%' ? `${rounded(value)} %` : `${rounded(value)}${unit && ` ${unit}`}`;
};

/**
 * A measured number must not be above a limit; what could not be measured (NaN) is above all of them.
 * @param busy how many times the limit it may be on a busy machine
 */
export function atMost(
  what: Text,
  value: number,
  limit: number,
  unit = '',
  busy = unit === '' ? 1 : BUSY,
): Check {
  const [measured, promised] = [withUnit(value, unit), `≤ ${withUnit(limit, unit)}`];
  return { what, measured, promised, kept: value <= limit, nearly: value <= limit * busy };
}

/** As atMost, the other way round: below no limit. */
export function atLeast(
  what: Text,
  value: number,
  limit: number,
  unit = '',
  busy = unit === '' ? 1 : BUSY,
): Check {
  const [measured, promised] = [withUnit(value, unit), `≥ ${withUnit(limit, unit)}`];
  return { what, measured, promised, kept: value >= limit, nearly: value >= limit / busy };
}

/** A measured number must lie between two: it came neither too late nor too early, on a busy machine too. */
export function between(what: Text, value: number, from: number, to: number, unit = '', busy = BUSY): Check {
  const promised = `${rounded(from)} – ${withUnit(to, unit)}`;
  const above = value >= from;
  return {
    what,
    measured: withUnit(value, unit),
    promised,
    kept: above && value <= to,
    nearly: above && value <= to * busy,
  };
}

/** A count or a word must be exactly this. */
export function exactly(what: Text, value: number | string, expected: number | string): Check {
  const kept = value === expected;
  return { what, measured: String(value), promised: String(expected), kept, nearly: kept };
}

/** Something holds, or it does not. */
export function holds(what: Text, is: boolean): Check {
  return { what, measured: is ? '✓' : '✗', promised: '✓', kept: is, nearly: is };
}

/** Told for the record; nothing was promised but that it can be told. */
export function reported(what: Text, value: number, unit: string): Check {
  const told = Number.isFinite(value);
  return { what, measured: withUnit(value, unit), promised: '', kept: told, nearly: told };
}
