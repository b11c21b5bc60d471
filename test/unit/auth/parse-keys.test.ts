import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKeys } from '../../../src/auth/parse-keys.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

test('When a line names a key and its hash, then the key has no limits and is not disabled', () => {
  assert.deepEqual(parseKeys(`team-1 ${A}\n`), [{ name: 'team-1', sha256: A, disabled: false }]);
});

test('When a line has options in any order, then all are read', () => {
  const [key] = parseKeys(`shop ${A.toUpperCase()}\tconcurrency=8 disabled  rate=10/s`);
  assert.deepEqual(key, {
    name: 'shop',
    sha256: A,
    disabled: true,
    concurrency: 8,
    rate: { burst: 10, perSecond: 10 },
  });
});

test('When a rate is per minute, then a minute’s worth is there at once and refills evenly', () => {
  assert.deepEqual(parseKeys(`shop ${A} rate=600/m`)[0]?.rate, { burst: 600, perSecond: 10 });
});

test('When lines are blank, comments or end in CRLF, then they change nothing', () => {
  const text = `\uFEFF# our keys\r\n\r\n  \t\r\nshop ${A} # the shop\r\nteam ${B}`;
  assert.deepEqual(
    parseKeys(text).map(({ name }) => name),
    ['shop', 'team'],
  );
});

for (const [what, line, problem] of [
  ['has a name with a slash', `a/b ${A}`, /line 2: a name has/],
  ['has a reserved name', `none ${A}`, /line 2: the name none is reserved/],
  ['lacks the hash', 'shop', /line 2: the key's SHA-256/],
  ['holds the key in the place of its hash', 'shop gte_abc', /line 2: the key's SHA-256/],
  ['has a rate without a unit', `shop ${A} rate=10`, /line 2: rate is/],
  ['has a rate of nothing', `shop ${A} rate=0/s`, /line 2: rate is a whole number from 1/],
  ['has a rate without a value', `shop ${A} rate`, /line 2: rate is/],
  ['has a fraction of places', `shop ${A} concurrency=1.5`, /line 2: concurrency is/],
  ['has an unknown option', `shop ${A} burst=5`, /line 2: after the SHA-256 may stand/],
  ['has an option twice', `shop ${A} rate=1/s rate=2/s`, /line 2: rate is given twice/],
  ['has a value for disabled', `shop ${A} disabled=no`, /line 2: disabled has no value/],
  ['repeats a name', `team ${B}`, /line 2: the name team stands in line 1 already/],
  ['repeats a hash', `shop ${'c'.repeat(64)}`, /line 2: the same key stands in line 1 already/],
] as const) {
  test(`When a line ${what}, then the fault names line and reason, never the content`, () => {
    const text = `team ${'c'.repeat(64)}\n${line}\n`;
    assert.throws(
      () => parseKeys(text),
      (error: Error) => {
        assert.match(error.message, problem);
        assert.doesNotMatch(error.message, /[abc]{64}|gte_/);
        return true;
      },
    );
  });
}

test('When there are more keys than can be compared in time, then the file is refused', () => {
  const line = (_: unknown, i: number) => `key-${i} ${i.toString(16).padStart(64, '0')}`;
  assert.equal(parseKeys(Array.from({ length: 256 }, line).join('\n')).length, 256);
  assert.throws(() => parseKeys(Array.from({ length: 257 }, line).join('\n')), /257 keys; at most 256/);
});
