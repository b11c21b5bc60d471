import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../address-list.ts';
import { ForbiddenError, UnauthorizedError } from '../errors.ts';

/** A browser asks for the token when it sees Basic; Prometheus sends it as Bearer. */
const CHALLENGE = 'Bearer realm="gte-serve admin", Basic realm="gte-serve admin"';

export interface AdminGuardOptions {
  /** Demanded of every request, where there is one. */
  readonly token: string | undefined;
  /** Reachable from other machines by the operator's own wish. */
  readonly open: boolean;
}

/**
 * Who may read the metrics and admin port. With a token: who has it. Without: programs of this machine, and pages that a
 * browser loaded from it; not pages whose name was made to point here (DNS rebinding).
 * @throws ServiceError 401 or 403.
 */
export function createAdminGuard({ token, open }: AdminGuardOptions) {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = token === undefined ? undefined : digest(token);
  return ({ headers }: IncomingMessage): void => {
    if (expected) {
      const given = presentedToken(headers.authorization ?? '');
      if (given === undefined || !timingSafeEqual(digest(given), expected))
        throw new UnauthorizedError('this port needs its token', CHALLENGE);
    } else if (!open && headers.host !== undefined && !isLoopback(hostName(headers.host))) {
      throw new ForbiddenError('this port answers to localhost and loopback addresses only');
    }
  };
}

/** Bearer TOKEN, or Basic with the token as password of any user. */
function presentedToken(authorization: string): string | undefined {
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic) +(\S+) *$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme === '') return undefined;
  const decoded = Buffer.from(credentials, 'base64').toString();
  return decoded.slice(decoded.indexOf(':') + 1);
}

/** `localhost:9090` → `localhost`, `[::1]:9090` → `::1`. */
function hostName(host: string): string {
  return /^\[([^\]]*)\]/.exec(host)?.[1] ?? host.replace(/:\d*$/, '');
}
