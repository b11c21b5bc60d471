import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import getRawBody from 'raw-body';
import { CancelledError, TooLargeError, UnsupportedTypeError, ValidationError } from '../../errors.ts';
import type { Context, Middleware } from '../context.ts';

/** Reads a UTF-8 JSON body of at most `limitBytes` into `ctx.state.body`. */
export function jsonBody(limitBytes: number): Middleware {
  return async (ctx, next) => {
    if (!ctx.is('application/json') || ctx.get('Content-Encoding') !== '')
      throw refuse(ctx, new UnsupportedTypeError());
    const charset = ctx.request.charset.toLowerCase();
    if (charset !== '' && charset !== 'utf-8' && charset !== 'utf8')
      throw refuse(ctx, new UnsupportedTypeError());
    ctx.state.body = parseJson(decodeUtf8(await readBody(ctx, limitBytes)));
    await next();
  };
}

/** Answers without reading the rest of the body: the connection can't be used again. */
function refuse<E extends Error>(ctx: Context, error: E): E {
  if (!ctx.req.complete) ctx.set('Connection', 'close');
  return error;
}

async function readBody(ctx: Context, limitBytes: number): Promise<Buffer> {
  const length = ctx.get('Content-Length');
  try {
    return await getRawBody(ctx.req, { limit: limitBytes, ...(length !== '' && { length }) });
  } catch (error) {
    const { type } = error as { type?: string };
    if (type === 'entity.too.large') throw refuse(ctx, new TooLargeError(limitBytes));
    if (type === 'request.aborted') throw new CancelledError('queue');
    throw refuse(ctx, new ValidationError('the body does not have the length its headers promise'));
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
  return `: ${printParseErrorCode(first.error)} at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
