import fc from 'fast-check';

/** Bytes for a socket, in the pieces in which they are written. */
export interface RawCase {
  readonly kind: string;
  readonly pieces: readonly Buffer[];
  /** What follows the last piece: nothing until the server is done, the end of our half, or a cut. */
  readonly ending: 'wait' | 'end' | 'cut';
  /** Most answers that a server may give to it. */
  readonly requests: number;
}

const latin = (text: string) => Buffer.from(text, 'latin1');
const GOOD = '{"task_type":"sentiment","input_text":"hao"}';
const post = (headers: string, body: string) =>
  `POST /predict HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n${body}`;
const HOST = 'Host: localhost\r\n';
const CLOSE = 'Connection: close\r\n';
const TYPE = 'Content-Type: application/json\r\n';
/** Asked for inside bodies: a server that answers it was made to take a body for a request. */
export const SMUGGLED_PATH = '/smuggled-request';
const smuggled = `GET ${SMUGGLED_PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

const ending = fc.constantFrom(
  'wait' as const,
  'wait' as const,
  'wait' as const,
  'end' as const,
  'cut' as const,
);
const chunk = fc.constantFrom(
  ...[
    '5\r\nhello\r\n',
    '0\r\n\r\n',
    '0\r\nTrailer: x\r\n\r\n',
    'ffffffffffffffff\r\n',
    '-1\r\n',
    '0x5\r\nhello\r\n',
    '5\nhello\n',
  ],
  ...[
    '5;ext=1\r\nhello\r\n',
    '5;"\r\nhello\r\n',
    'g\r\n',
    ' 5\r\nhello\r\n',
    '5 \r\nhello\r\n',
    '00000005\r\nhello\r\n',
    '\r\n',
    '5\r\nhell',
    '5\r\nhello!!\r\n',
  ],
);
const chunked = fc
  .tuple(
    fc.constantFrom('chunked', 'Chunked', 'chunked, chunked', 'identity', 'gzip, chunked', 'chunked\t', 'x'),
    fc.array(chunk, { maxLength: 6 }),
  )
  .map(([coding, chunks]) => post(`${CLOSE}${TYPE}Transfer-Encoding: ${coding}\r\n`, chunks.join('')));

const length = fc.constantFrom(
  '0',
  '5',
  '-1',
  '+5',
  '5, 5',
  '5,6',
  '0x5',
  '1e1',
  ' 5 ',
  '99999999999999999999',
  '',
  '５',
  '5\r\nContent-Length: 6',
  '262145',
  '1073741824',
);
const lengths = fc
  .tuple(length, fc.constantFrom('', 'hello', GOOD, smuggled))
  .map(([value, body]) => post(`${CLOSE}${TYPE}Content-Length: ${value}\r\n`, body));

const both = fc
  .tuple(
    fc.constantFrom(
      'Content-Length: 4',
      'Content-Length: 0',
      'content-length:60',
      'Content-Length : 4',
      'Content-Length: 4\r\nContent-Length: 4',
    ),
    fc.constantFrom(
      'Transfer-Encoding: chunked',
      'Transfer-Encoding : chunked',
      'Transfer-Encoding: xchunked',
      'Transfer-Encoding:\tchunked',
      'Transfer-Encoding: chunked\r\nTransfer-Encoding: x',
      ' Transfer-Encoding: chunked',
      'X: y\nTransfer-Encoding: chunked',
      'Transfer-Encoding\r\n : chunked',
    ),
    fc.boolean(),
    fc.constantFrom(`0\r\n\r\n${smuggled}`, `5c\r\n${smuggled}\r\n0\r\n\r\n`, smuggled),
  )
  .map(([cl, te, swap, body]) => post(`${TYPE}${swap ? `${te}\r\n${cl}` : `${cl}\r\n${te}`}\r\n`, body));

const headerLine = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  fc.constantFrom(
    'X',
    ': y',
    'X : y',
    ' folded',
    'X: a\rb',
    'X: a\nb',
    'X: \x00',
    '\x00: y',
    'Host: b',
    'Expect: 100-continue',
    'Expect: 200-ok',
    'Upgrade: h2c',
    'Upgrade: websocket',
    'Connection: upgrade',
    'Connection: keep-alive, close',
    'TE: trailers',
    'X: \xff\xfe',
  ),
  fc.integer({ min: 1, max: 40_000 }).map((size) => `X-Large: ${'a'.repeat(size)}`),
  fc
    .integer({ min: 1, max: 3000 })
    .map((count) => Array.from({ length: count }, (_, i) => `X-${i}: y`).join('\r\n')),
);
const headers = fc
  .tuple(
    fc.constantFrom('GET /healthz', 'POST /predict', 'HEAD /', 'OPTIONS *'),
    fc.array(headerLine, { minLength: 1, maxLength: 4 }),
  )
  .map(([line, lines]) => `${line} HTTP/1.1\r\nHost: localhost\r\n${lines.join('\r\n')}\r\n${CLOSE}\r\n`);

const startLine = fc
  .tuple(
    fc.constantFrom('GET', 'get', 'G\x00T', 'POST', 'CONNECT', 'PRI', '', 'GET GET', 'BREW', 'A'.repeat(100)),
    fc.oneof(
      fc.constantFrom(
        '/',
        '*',
        'http://a:b:c/',
        'http://[::1/',
        'a:80',
        '//',
        '/%',
        '/\xff',
        '/ /',
        '',
        '/#',
        `/${'a'.repeat(20_000)}`,
        '/\t',
        'http://a@b/',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 30 }),
    ),
    fc.constantFrom(
      'HTTP/1.1',
      'HTTP/1.0',
      'HTTP/0.9',
      'HTTP/2.0',
      'HTTP/9',
      'http/1.1',
      'HTTP/1.1 ',
      '',
      'HTTP/1.11',
    ),
  )
  .map(([method, target, version]) => `${method} ${target} ${version}\r\nHost: localhost\r\n${CLOSE}\r\n`);

const MOST = 20;
const pipelined = fc
  .array(
    fc.constantFrom(
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
      'GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n',
      post(`${TYPE}Content-Length: ${GOOD.length}\r\n`, GOOD),
      post(`${TYPE}Content-Length: 3\r\n`, '{"a'),
      'HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    ),
    { minLength: 2, maxLength: MOST - 1 },
  )
  .map((requests) => `${requests.join('')}GET /healthz HTTP/1.1\r\nHost: localhost\r\n${CLOSE}\r\n`);

const halfSent = fc
  .tuple(
    fc.constantFrom(post(`${TYPE}Content-Length: ${GOOD.length}\r\n`, GOOD), headersOnly(), smuggled),
    fc.double({ min: 0, max: 0.99, noNaN: true }),
  )
  .map(([text, share]) => text.slice(0, Math.floor(text.length * share)));
function headersOnly(): string {
  return `GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ${'a'.repeat(200)}\r\n`;
}

const preface = fc.constantFrom(
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'SSH-2.0-x\r\n',
  '\r\n\r\n\r\n',
  'quit\r\n',
  '\x00'.repeat(100),
);
const garbage = fc.oneof(
  preface,
  fc.uint8Array({ minLength: 1, maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);

const kinds: readonly {
  kind: string;
  text: fc.Arbitrary<string>;
  requests?: number;
  idle?: 'cut' | 'end';
}[] = [
  { kind: 'chunked', text: chunked },
  { kind: 'content-length', text: lengths },
  { kind: 'both lengths', text: both },
  { kind: 'headers', text: headers },
  { kind: 'start line', text: startLine },
  { kind: 'pipelined', text: pipelined, requests: MOST },
  // Left as they are, such connections live until the server's time-outs.
  { kind: 'half sent', text: halfSent, idle: 'cut' },
  { kind: 'garbage', text: garbage, idle: 'end' },
];

/**
 * Malformed and malicious HTTP/1.1.
 * @param carried headers of every request that has a Host, a key for instance
 */
export function rawCase(carried: Readonly<Record<string, string>> = {}): fc.Arbitrary<RawCase> {
  const lines = Object.entries(carried).map(([name, value]) => `${name}: ${value}\r\n`);
  const withHeaders = (text: string) => text.replaceAll(HOST, HOST + lines.join(''));
  return fc.oneof(
    ...kinds.map(({ kind, text, requests = 1, idle = 'wait' as const }) =>
      fc
        .record({ text: text.map(withHeaders), ending, cuts: fc.array(fc.nat(), { maxLength: 3 }) })
        .map((sent) => ({
          kind,
          requests,
          pieces: inPieces(latin(sent.text), sent.cuts),
          ending: sent.ending === 'wait' ? idle : sent.ending,
        })),
    ),
  );
}

function inPieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const pieces = [...places, bytes.length].map((end, i) => bytes.subarray(places[i - 1] ?? 0, end));
  return pieces.filter((piece) => piece.length > 0);
}
