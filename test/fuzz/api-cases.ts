import fc from 'fast-check';
import { body } from './bodies.ts';

/** A well-formed HTTP request with any content. */
export interface ApiCase {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

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
