/** Errors a client may be told about. Lower layers throw them; only the error-handler middleware answers. */
export type ErrorCode =
  | 'validation'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'too_large'
  | 'unsupported_type'
  | 'overloaded'
  | 'rate_limited'
  | 'inference'
  | 'not_ready'
  | 'deadline';

export class ServiceError extends Error {
  readonly code: ErrorCode;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Extra answer headers, e.g. Retry-After. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    status: number,
    message: string,
    options: { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    this.headers = options.headers ?? {};
  }
}

/** Whole seconds, 1 or more. */
const retryAfter = (seconds: number) => ({ 'Retry-After': String(Math.max(1, Math.ceil(seconds))) });

export class ValidationError extends ServiceError {
  constructor(message: string) {
    super('validation', 400, message);
  }
}

export class UnauthorizedError extends ServiceError {
  /** @param challenge value of WWW-Authenticate (RFC 9110, RFC 6750). */
  constructor(message: string, challenge: string) {
    super('unauthorized', 401, message, { headers: { 'WWW-Authenticate': challenge } });
  }
}

export class ForbiddenError extends ServiceError {
  constructor(message: string) {
    super('forbidden', 403, message);
  }
}

/** A caller is over its own budget; the service itself may be idle. */
export class RateLimitError extends ServiceError {
  constructor(message: string, retryAfterMs: number) {
    super('rate_limited', 429, message, { headers: retryAfter(retryAfterMs / 1000) });
  }
}

export class NotFoundError extends ServiceError {
  constructor(message = 'no such path; see /docs') {
    super('not_found', 404, message);
  }
}

export class MethodError extends ServiceError {
  constructor(allowed: string) {
    super('method_not_allowed', 405, `method not allowed; use ${allowed}`, { headers: { Allow: allowed } });
  }
}

export class TooLargeError extends ServiceError {
  constructor(limitBytes: number) {
    super('too_large', 413, `the body is larger than ${limitBytes} bytes`);
  }
}

export class UnsupportedTypeError extends ServiceError {
  constructor() {
    super(
      'unsupported_type',
      415,
      'send the body as Content-Type: application/json, in UTF-8, not compressed',
    );
  }
}

export type RejectReason = 'full' | 'deadline' | 'closed';

/** Shed before any work was done; `retryAfterSeconds` is computed from the queue. */
export class OverloadedError extends ServiceError {
  readonly reason: RejectReason;

  constructor(reason: RejectReason, retryAfterSeconds: number) {
    super('overloaded', 429, 'the service is busy; try again later', {
      headers: retryAfter(retryAfterSeconds),
    });
    this.reason = reason;
  }
}

export class InferenceError extends ServiceError {
  constructor(cause: unknown) {
    super('inference', 500, 'the model could not answer', { cause });
  }
}

export class NotReadyError extends ServiceError {
  constructor(message: string) {
    super('not_ready', 503, message, { headers: { 'Retry-After': '1' } });
  }
}

export class DeadlineError extends ServiceError {
  constructor(timeoutMs: number) {
    super('deadline', 504, `not answered within ${Math.round(timeoutMs)} ms`);
  }
}

/** The client hung up: nobody reads an answer, so it has no status of its own. */
export class CancelledError extends Error {
  readonly stage: 'queue' | 'infer';

  constructor(stage: 'queue' | 'infer') {
    super(`cancelled by the client (${stage})`);
    this.name = 'CancelledError';
    this.stage = stage;
  }
}

/** A fault that a restart can't mend (bad setting, damaged model, taken port): exit code 78, one sentence. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StartError';
  }
}

/** sysexits.h EX_CONFIG; PM2 is told not to restart on it. */
export const EXIT_CONFIG = 78;
