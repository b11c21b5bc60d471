/** Numbers that are places, not scores. */
const EXACT = new Set(['start', 'end']);

/**
 * Where an answer differs from what is expected of it, as a short sentence; undefined when it does not.
 * Lists of things must be equally long and in the same order; fields that are not expected are not looked at; numbers
 * other than offsets may differ by `tolerance`. A list of numbers may go on after what is expected.
 */
export function difference(
  expected: unknown,
  found: unknown,
  tolerance: number,
  path = '',
): string | undefined {
  const here = () =>
    `${path === '' ? 'answer' : path} is ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`;
  if (typeof expected === 'number' && typeof found === 'number') {
    const allowed = EXACT.has(path.split('.').at(-1) ?? '') ? 0 : tolerance;
    return Math.abs(expected - found) <= allowed ? undefined : here();
  }
  if (typeof expected !== 'object' || expected === null)
    return Object.is(expected, found) ? undefined : here();
  if (typeof found !== 'object' || found === null || Array.isArray(expected) !== Array.isArray(found))
    return here();
  if (Array.isArray(expected) && Array.isArray(found)) {
    const vector = expected.length > 0 && expected.every((item) => typeof item === 'number');
    if (vector ? found.length < expected.length : found.length !== expected.length) return here();
  }
  for (const [key, value] of Object.entries(expected)) {
    const inner = path === '' ? key : `${path}.${key}`;
    const differs = difference(value, (found as Record<string, unknown>)[key], tolerance, inner);
    if (differs !== undefined) return differs;
  }
  return undefined;
}
