import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { StartError } from '../../../src/errors.ts';
import { type Encoding, loadTokenizer } from '../../../src/model/tokenizer.ts';
import { fixtureRows, starterDir, starterManifest } from '../../model/starter.ts';

const tokenizer = await loadTokenizer(starterDir, starterManifest);

test('When every text of the reference is encoded, then ids and offsets are equal', async () => {
  const rows = fixtureRows<Encoding & { text: string }>('tokenizer.jsonl');
  assert.ok(rows.length >= 522);
  for (const { text, ids, offsets } of rows) {
    const encoding = await tokenizer.encode(text);
    assert.deepEqual(
      { text, ids: [tokenizer.cls, ...encoding.ids, tokenizer.sep], offsets: encoding.offsets },
      { text, ids, offsets: offsets.slice(1, -1) },
    );
  }
});

test('When a text holds the names of special tokens, then they are text', async () => {
  const { ids, offsets } = await tokenizer.encode('甲[SEP]乙[CLS][MASK]');
  for (const special of [tokenizer.cls, tokenizer.sep, 103]) assert.ok(!ids.includes(special));
  assert.deepEqual(offsets.slice(0, 4), [
    [0, 1],
    [1, 2],
    [2, 5],
    [5, 6],
  ]);
});

test('When characters lie outside the BMP, then offsets count them once', async () => {
  const { offsets } = await tokenizer.encode('𠮷野家👍🏽好');
  assert.deepEqual(offsets[0], [0, 1]);
  assert.deepEqual(offsets.at(-1), [5, 6]);
});

test('When a word is longer than 100 characters, then it is one unknown token', async () => {
  const { ids, offsets } = await tokenizer.encode(`好${'a'.repeat(101)}好`);
  assert.equal(ids.length, 3);
  assert.deepEqual(offsets[1], [1, 102]);
});

const odd = {
  'lone surrogates': '\ud800\udc00\ud800'.repeat(7_000),
  NUL: '\0'.repeat(20_000),
  'combining marks': `e${'\u0301'.repeat(20_000)}`,
  'combining marks that are reordered': `e${'\u0301\u0323'.repeat(10_000)}`,
  'one Hangul word': '글'.repeat(20_000),
  'words of 100 letters': `${'qx'.repeat(50)} `.repeat(198),
};
for (const [what, text] of Object.entries(odd))
  test(`When a text is made of ${what}, then it is encoded`, async () => {
    const { ids, offsets } = await tokenizer.encode(text);
    assert.equal(ids.length, offsets.length);
    assert.ok(ids.every((id) => Number.isInteger(id)));
  });

test('When a text takes long, then the event loop turns meanwhile', async () => {
  let turns = 0;
  let done = false;
  const turn = () => {
    turns += 1;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  await tokenizer.encode(`${'qx'.repeat(50)} `.repeat(198));
  done = true;
  assert.ok(turns > 10, `${turns} turns`);
});

test('When any text is encoded, then its offsets are in order and within its code points', async () => {
  const alphabet = [
    '中',
    'é',
    'İ',
    '글',
    '𠮷',
    '🇨🇳',
    '#',
    '[SEP]',
    'Ⅲ',
    '\u200b',
    '\0',
    '\ud800',
    ' ',
    '\u0301',
    'ab',
  ];
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }).map((parts) => parts.join('')),
  );
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      const { ids, offsets } = await tokenizer.encode(value);
      assert.equal(ids.length, offsets.length);
      let before = 0;
      for (const [start, end] of offsets) {
        assert.ok(start < end && start >= before - 1);
        before = end;
      }
      assert.ok(before <= Array.from(value).length);
    }),
    { numRuns: 300 },
  );
});

test('When tokenizer.json is of another kind, then the error names file and field', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'tokenizer-'));
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'tokenizer.json'), JSON.stringify({ normalizer: { type: 'NFKC' } }));
  await assert.rejects(loadTokenizer(dir, starterManifest), (error: Error) => {
    assert.ok(error instanceof StartError);
    assert.match(error.message, /tokenizer\.json: normalizer\.type: /);
    return true;
  });
});
