import assert from 'node:assert/strict';
import { SECURITY_HEADERS } from '../../src/security-headers.ts';

/** Header names in small letters and their values, of an answer's head as it came. */
export function headersOf(head: string): Map<string, string> {
  const lines = head.split('\r\n').slice(1);
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)];
    }),
  );
}

/** The answer has all of the shared security headers, but for those named, which it has with other values. */
export function assertSecure(
  headers: { get(name: string): string | null | undefined },
  ...replaced: string[]
): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    const found = headers.get(name.toLowerCase());
    if (replaced.includes(name)) assert.ok(found, name);
    else assert.equal(found, value, name);
  }
}
