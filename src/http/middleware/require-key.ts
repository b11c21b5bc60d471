import { ForbiddenError, RateLimitError, UnauthorizedError } from '../../errors.ts';
import type { Context, Middleware } from '../context.ts';
import type { KeyGate } from '../key-gate.ts';
import { leaveBody } from './discard-body.ts';

const CHALLENGE = 'Bearer realm="gte-serve"';

/** Lets a request pass that presents a key with some budget left; the body of any other is not read. */
export function requireKey(gate: KeyGate): Middleware {
  return async (ctx, next) => {
    const release = await enter(ctx, gate).catch(async (error) => {
      await leaveBody(ctx);
      throw error;
    });
    try {
      await next();
    } finally {
      release();
    }
  };
}

async function enter(ctx: Context, gate: KeyGate): Promise<() => void> {
  const presented = presentedKeys(ctx);
  const [key, ...others] = presented.map((each) => gate.find(each));
  if (!key || others.some((other) => other !== key)) {
    gate.count(undefined, 'unauthorized');
    if (presented.length === 0)
      throw new UnauthorizedError('an API key is needed: send Authorization: Bearer or X-API-Key', CHALLENGE);
    throw new UnauthorizedError('the API key is not known', `${CHALLENGE}, error="invalid_token"`);
  }
  ctx.state.keyName = key.name;
  if (key.disabled) {
    gate.count(key, 'forbidden');
    throw new ForbiddenError('the API key is disabled');
  }
  const admission = await gate.admit(key);
  if (!admission.admitted) {
    gate.count(key, admission.limit);
    throw new RateLimitError(
      admission.limit === 'rate'
        ? 'the API key is over its rate; try again later'
        : 'the API key has as many requests under way as it may',
      admission.retryMs,
    );
  }
  gate.count(key, 'admitted');
  return admission.release;
}

/** Of both headers, where both are there: a wrong one is not made good by a right one. */
function presentedKeys(ctx: Context): string[] {
  const [, bearer] = /^Bearer +(.*)$/i.exec(ctx.get('Authorization')) ?? [];
  return [bearer, ctx.headers['x-api-key']].filter((key) => typeof key === 'string');
}
