import fc from 'fast-check';
import { TASK_TYPES } from '../../src/task-types.ts';

/** A well-formed HTTP request with any content. */
export interface ApiCase {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const utf8 = (text: string) => Buffer.from(text, 'utf8');
const JSON_TYPE = { 'Content-Type': 'application/json' };

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

const body = fc.oneof(
  { weight: 10, arbitrary: nearlyRight },
  { weight: 3, arbitrary: fc.json({ maxDepth: 5 }).map(utf8) },
  { weight: 2, arbitrary: cut },
  { weight: 2, arbitrary: flipped },
  { weight: 1, arbitrary: nested },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom(262_144, 262_145, 400_000).map((size) => Buffer.alloc(size, 'a')) },
);

/** What node:http lets through as a value: printable latin1 and tabs. */
const headerValue = fc
  .string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 80,
  })
  .map((value) => value.trim());

const header = fc.oneof(
  fc.tuple(
    fc.constantFrom('X-Request-Id', 'User-Agent', 'X-Timeout-Ms', 'Origin', 'Accept', 'Cookie', 'Referer'),
    headerValue,
  ),
  fc.tuple(
    fc.constant('X-Timeout-Ms'),
    fc.oneof(fc.integer().map(String), fc.constantFrom('1', '0', '1e3', '999999999', '99999999999999')),
  ),
  fc.tuple(
    fc.constant('X-Request-Id'),
    fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-', '_', '.'), maxLength: 80 }),
  ),
  fc.tuple(
    fc.constant('Content-Type'),
    fc.oneof(
      headerValue,
      fc.constantFrom(
        'application/json; charset=utf-8',
        'application/json;charset=gbk',
        'text/plain',
        'multipart/form-data; boundary=x',
        'application/json; charset="',
      ),
    ),
  ),
  fc.tuple(
    fc.constant('Content-Encoding'),
    fc.constantFrom('gzip', 'identity', 'br', 'deflate, gzip', 'IDENTITY'),
  ),
  fc.tuple(
    fc.constant('Authorization'),
    fc.oneof(
      headerValue,
      headerValue.map((value) => `Bearer ${value}`),
    ),
  ),
  fc.tuple(fc.constant('X-API-Key'), headerValue),
  fc.tuple(
    fc.constantFrom(
      'X-Forwarded-For',
      'X-Forwarded-Proto',
      'Forwarded',
      'X-Forwarded-Host',
      'X-Original-URL',
      'X-HTTP-Method-Override',
    ),
    headerValue,
  ),
  fc.tuple(
    fc.constantFrom(
      'If-None-Match',
      'If-Modified-Since',
      'Range',
      'Accept-Encoding',
      'Accept-Language',
      'Access-Control-Request-Method',
      'Upgrade-Insecure-Requests',
    ),
    headerValue,
  ),
);

const path = fc.oneof(
  { weight: 12, arbitrary: fc.constant('/predict') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '/',
      '/info',
      '/healthz',
      '/readyz',
      '/openapi.json',
      '/docs',
      '/metrics',
      '/workers',
      '/favicon.svg',
    ),
  },
  { weight: 2, arbitrary: fc.webPath() },
  {
    weight: 3,
    arbitrary: fc
      .array(
        fc.constantFrom(
          '/',
          '..',
          '.',
          '%2e',
          '%2f',
          '%',
          '%00',
          '%ff',
          ';',
          '?',
          '#',
          '\\',
          'predict',
          'docs',
          'page',
          '__proto__',
          'constructor',
          '%E5%BC%A0',
        ),
        { maxLength: 12 },
      )
      .map((parts) => `/${parts.join('')}`),
  },
);

const method = fc.oneof(
  { weight: 10, arbitrary: fc.constant('POST') },
  { weight: 4, arbitrary: fc.constant('GET') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'HEAD',
      'OPTIONS',
      'PUT',
      'DELETE',
      'PATCH',
      'TRACE',
      'PROPFIND',
      'SEARCH',
      'QUERY',
    ),
  },
);

/** @param headers what most cases carry, a key for instance */
export function apiCase(headers: Record<string, string> = {}): fc.Arbitrary<ApiCase> {
  const right = body.map((bytes) => ({
    method: 'POST',
    path: '/predict',
    headers: { ...headers, ...JSON_TYPE },
    body: bytes,
  }));
  const free = fc
    .record({
      method,
      path,
      headers: fc.array(header, { maxLength: 6 }),
      keyed: fc.integer({ min: 0, max: 9 }),
      typed: fc.boolean(),
      body: fc.option(body, { nil: undefined }),
    })
    .map(({ keyed, typed, ...rest }) => ({
      ...rest,
      headers: { ...(keyed > 0 && headers), ...(typed && JSON_TYPE), ...Object.fromEntries(rest.headers) },
    }));
  return fc.oneof({ weight: 3, arbitrary: right }, { weight: 2, arbitrary: free });
}
