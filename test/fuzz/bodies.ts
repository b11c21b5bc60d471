import fc from 'fast-check';
import { TASK_TYPES } from '../../src/task-types.ts';

const utf8 = (text: string) => Buffer.from(text, 'utf8');

/** Texts that parsers, tokenizers and offset arithmetic trip over, and ordinary ones. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 3, arbitrary: fc.constantFrom('华为公司创始人任正非在深圳。', '这家店很好', '苹果|谁|哪里', '') },
  {
    weight: 3,
    arbitrary: fc
      .array(
        fc.constantFrom(
          ...[
            '\u0000',
            '\ud800',
            '\udc00',
            '\u202e',
            '\ufeff',
            '\u200d',
            '\u0301',
            '👩‍👩‍👧',
            '𠮷',
            '[SEP]',
            '[UNK]',
          ],
          ...[
            '\r\n',
            '\u2028',
            '|',
            '｜',
            '"',
            '\\',
            '<script>',
            '../../etc/passwd',
            "'; --",
            '$(x)',
            '%s',
            '张三',
          ],
        ),
        { maxLength: 40 },
      )
      .map((parts) => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('中', '\u0301', '😀', 'a', ' ', '|', '##'),
        fc.constantFrom(511, 2000, 19_999, 20_000, 20_001),
      )
      .map(([unit, times]) => unit.repeat(times)),
  },
);

const anything = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, 0, -1, 1e308, true, [], {}),
);
const field = fc.constantFrom(
  ...[
    'input_text',
    'scheme',
    'labels',
    'context',
    'question',
    'text_a',
    'text_b',
    'task_type',
    '__proto__',
    'x',
  ],
);
const labels = fc.oneof(fc.array(text, { maxLength: 60 }), anything);

/** A body that names a task and gives it roughly what it takes. */
const nearlyRight = fc
  .record({
    task_type: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...TASK_TYPES) },
      { weight: 1, arbitrary: anything },
    ),
    input_text: fc.oneof({ weight: 6, arbitrary: text }, { weight: 1, arbitrary: anything }),
    extra: fc.dictionary(field, anything, { maxKeys: 2 }),
    given: fc.subarray(['labels', 'context', 'question', 'text_a', 'text_b', 'scheme']),
    labels,
    other: fc.array(text, { minLength: 5, maxLength: 5 }),
    scheme: fc.oneof(fc.constantFrom('default', 'msra', 'boson', 'topic', 'news', 'none'), text),
  })
  .map(({ task_type, input_text, extra, given, labels, other, scheme }) => {
    const [context, question, text_a, text_b] = other;
    const all: Record<string, unknown> = { labels, context, question, text_a, text_b, scheme };
    const pairs = task_type === 'similarity' ? { text_a, text_b } : { input_text };
    return { task_type, ...pairs, ...Object.fromEntries(given.map((name) => [name, all[name]])), ...extra };
  })
  .map((body) => utf8(JSON.stringify(body)));

const nested = fc
  .tuple(fc.constantFrom(['[', ']'], ['{"a":', '}']), fc.integer({ min: 1, max: 30_000 }), fc.boolean())
  .map(([[open = '', close = ''], depth, closed]) =>
    utf8(open.repeat(depth) + (closed ? `1${close.repeat(depth)}` : '')),
  );

const cut = fc
  .tuple(nearlyRight, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([body, share]) => body.subarray(0, Math.floor(body.length * share)));

/** A right body of which some bytes are others. */
const flipped = fc
  .tuple(nearlyRight, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }))
  .map(([body, changes]) => {
    const copy = Buffer.from(body);
    for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value;
    return copy;
  });

/** Bodies of POST /predict: nearly right ones, JSON of any shape, and what is no JSON. */
export const body: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 10, arbitrary: nearlyRight },
  { weight: 3, arbitrary: fc.json({ maxDepth: 5 }).map(utf8) },
  { weight: 2, arbitrary: cut },
  { weight: 2, arbitrary: flipped },
  { weight: 1, arbitrary: nested },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom(262_144, 262_145, 400_000).map((size) => Buffer.alloc(size, 'a')) },
);
