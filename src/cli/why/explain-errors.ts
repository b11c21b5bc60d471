import { proportionZ } from '../stats/proportions.ts';
import { sum, type TaskWindow } from '../windows/window.ts';

export interface CodeChange {
  readonly code: string;
  readonly before: number;
  readonly after: number;
}

export interface ErrorChange {
  /** Requests of every status. */
  readonly requests: { readonly before: number; readonly after: number };
  /** Failed by our fault or shed, ÷ all; NaN without a request. */
  readonly ratio: { readonly before: number; readonly after: number };
  readonly z: number;
  readonly rose: boolean;
  /** The codes that rose, most first. */
  readonly codes: readonly CodeChange[];
}

const FEWEST_ERRORS = 5;
const FEWEST_RATIO_CHANGE = 0.005;

/** Whether failures (errors and refusals; neither a client's mistakes nor its hanging up) rose beyond chance. */
export function explainErrors(before: TaskWindow, after: TaskWindow, unusualZ: number): ErrorChange {
  const failed = ({ statuses }: TaskWindow) => statuses.error + statuses.rejected;
  const requests = { before: sum(before.requests), after: sum(after.requests) };
  const ratio = { before: failed(before) / requests.before, after: failed(after) / requests.after };
  // What was not asked before is held against as many requests without a failure.
  const [asked, was] = requests.before > 0 ? [requests.before, ratio.before] : [requests.after, 0];
  const z = proportionZ(asked * was, asked, failed(after), requests.after);
  const codes = [...after.errors]
    .filter(([code]) => !CLIENT_CODES.has(code))
    .map(([code, count]) => ({ code, before: before.errors.get(code) ?? 0, after: count }))
    .filter((change) => change.after / requests.after > change.before / asked)
    .sort((a, b) => b.after - b.before - (a.after - a.before));
  return {
    requests,
    ratio,
    z,
    rose: z > unusualZ && failed(after) >= FEWEST_ERRORS && ratio.after - was >= FEWEST_RATIO_CHANGE,
    codes,
  };
}

/** Errors that are the caller's. */
const CLIENT_CODES: ReadonlySet<string> = new Set([
  'validation',
  'unauthorized',
  'forbidden',
  'rate_limited',
  'not_found',
  'method_not_allowed',
  'too_large',
  'unsupported_type',
  'cancelled',
]);
