import type { ErrorCode } from '../../src/errors.ts';
import type { ApiCase } from './api-cases.ts';
import type { RawCase } from './raw-cases.ts';
import type { ApiAnswer } from './send-api.ts';
import type { RawAnswer } from './send-raw.ts';

/** Answers to a client's request that say "not now": the only ones above 499 that may come. */
const NOT_NOW = [503, 504];

const STATUSES_OF: Record<ErrorCode, readonly number[]> = {
  validation: [400],
  unauthorized: [401],
  forbidden: [403],
  not_found: [404],
  method_not_allowed: [405],
  too_large: [413, 431],
  unsupported_type: [415],
  overloaded: [429],
  rate_limited: [429],
  inference: [500],
  not_ready: [503],
  deadline: [408, 504],
};

/** What only the inside of the service knows: stacks, paths, libraries. */
const INSIDE =
  /\bat (async )?[\w.<>]+ \(|node:internal|node_modules|\.(ts|js):\d+|\/dist\/|\/src\/|SyntaxError|TypeError|RangeError|ZodError|onnxruntime/;

/** What is wrong with an answer, or undefined. */
export function faultOfApi(sent: ApiCase, { status, headers, text }: ApiAnswer): string | undefined {
  // The parser refuses a body that does not fit its headers, or the server cuts a body that is far too long.
  if (status === 0) return (sent.body?.length ?? 0) > 262_144 ? undefined : 'no answer';
  if (status >= 500 && !NOT_NOW.includes(status)) return `status ${status}: ${text.slice(0, 200)}`;
  if (!/^[A-Za-z0-9_-]{8,64}$/.test(String(headers['x-request-id']))) {
    // Node's own refusals (400, 417, 431) come before the application.
    return [400, 417, 431].includes(status) && text === '' ? undefined : 'no request id';
  }
  if (headers['x-content-type-options'] !== 'nosniff') return 'no security headers';
  if (headers['set-cookie'] !== undefined) return 'a cookie';
  if (headers['access-control-allow-origin'] !== undefined) return 'permission for another origin';
  if (status < 400 || sent.method === 'HEAD') return undefined;
  return faultOfError(status, String(headers['x-request-id']), text);
}

function faultOfError(status: number, requestId: string, text: string): string | undefined {
  if (INSIDE.test(text)) return `words from inside: ${text.slice(0, 200)}`;
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(text);
  } catch {
    return `not JSON: ${text.slice(0, 200)}`;
  }
  if (Object.keys(body).join() !== 'error,code,request_id')
    return `not the error shape: ${text.slice(0, 200)}`;
  if (!STATUSES_OF[body.code as ErrorCode]?.includes(status))
    return `code ${body.code} with status ${status}`;
  if (body.request_id !== requestId) return 'another request id';
  return undefined;
}

/** What is wrong with what came back over a raw connection, or undefined. */
export function faultOfRaw({ kind, requests }: RawCase, { statuses, text }: RawAnswer): string | undefined {
  const failed = statuses.find((status) => status >= 500 && !NOT_NOW.includes(status));
  if (failed) return `status ${failed}: ${text.slice(0, 300)}`;
  if (statuses.length > requests)
    return `${statuses.length} answers to ${requests} requests: ${text.slice(0, 300)}`;
  if (kind === 'both lengths' && statuses.some((status) => status < 400))
    return `a smuggled body passed: ${text.slice(0, 300)}`;
  const refused = statuses.every((status) => status >= 400);
  if (refused && INSIDE.test(text)) return `words from inside: ${text.slice(0, 300)}`;
  return undefined;
}
