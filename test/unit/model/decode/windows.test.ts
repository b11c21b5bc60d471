import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { windows } from '../../../../src/model/decode/windows.ts';

/** One token a character. */
function cut(text: string, limit: number): string[] {
  const chars = Array.from(text);
  const ranges = windows(
    chars,
    chars.map((_, i) => [i, i + 1]),
    limit,
  );
  return ranges.map(({ begin, end }) => chars.slice(begin, end).join(''));
}

test('When a text fits, then it is one window', () => {
  assert.deepEqual(cut('一二。三四', 5), ['一二。三四']);
});

test('When a sentence end fits, then the cut is behind the last one', () => {
  assert.deepEqual(cut('一。二。三，四五', 6), ['一。二。', '三，四五']);
});

test('When only a clause end fits, then the cut is behind it', () => {
  assert.deepEqual(cut('一，二三四五', 4), ['一，', '二三四五']);
});

test('When nothing fits, then the cut is at the limit', () => {
  assert.deepEqual(cut('一二三四五', 2), ['一二', '三四', '五']);
});

test('When a text has no tokens, then it has no window', () => {
  assert.deepEqual(cut('', 5), []);
});

test('When any text is cut, then every token is in one window and none is too long', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('中', '。', '，', '𠮷') }),
      fc.integer({ min: 1, max: 9 }),
      (text, limit) => {
        const parts = cut(text, limit);
        assert.equal(parts.join(''), text);
        for (const part of parts) assert.ok(Array.from(part).length <= limit && part !== '');
      },
    ),
  );
});
