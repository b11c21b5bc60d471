import { type ParseError, parse } from 'jsonc-parser';
import getRawBody from 'raw-body';
import { CancelledError, TooLargeError, UnsupportedTypeError, ValidationError } from '../../errors.ts';
import type { Context, Middleware } from '../context.ts';
import { leaveBody } from './discard-body.ts';
import { jsonFault } from './json-fault.ts';

/** Reads a UTF-8 JSON body of at most `limitBytes` into `ctx.state.body`. */
export function jsonBody(limitBytes: number): Middleware {
  return async (ctx, next) => {
    try {
      checkHeaders(ctx);
      ctx.state.body = parseJson(decodeUtf8(await readBody(ctx, limitBytes)));
    } catch (error) {
      await leaveBody(ctx);
      throw error;
    }
    await next();
  };
}

function checkHeaders(ctx: Context): void {
  const type = ctx.is('application/json');
  if (type === null) throw new ValidationError('the body is missing');
  const encoding = ctx.get('Content-Encoding').toLowerCase();
  const charset = ctx.request.charset.toLowerCase();
  if (type === false || !['', 'identity'].includes(encoding) || !['', 'utf-8', 'utf8'].includes(charset))
    throw new UnsupportedTypeError();
}

async function readBody(ctx: Context, limitBytes: number): Promise<Buffer> {
  const length = ctx.get('Content-Length');
  try {
    return await getRawBody(ctx.req, { limit: limitBytes, ...(length !== '' && { length }) });
  } catch (error) {
    const { type } = error as { type?: string };
    if (type === 'entity.too.large') throw new TooLargeError(limitBytes);
    if (type === 'request.aborted') throw new CancelledError('queue');
    throw new ValidationError('the body does not have the length its headers promise');
  }
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ValidationError('the body is not valid UTF-8');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ValidationError(`the body is not valid JSON${placeOfError(text)}`);
  }
}

/** JSON.parse does not say where in every case, so a second parser looks; it recurses, hence the guard. */
function placeOfError(text: string): string {
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    return ': nested too deeply';
  }
  const [first] = errors;
  if (!first) return '';
  const lines = text.slice(0, first.offset).split('\n');
  return `: ${jsonFault(first.error)} at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
