/** What became of a request; `no_answer`: the connection failed or the client gave up. */
export type Outcome = 'success' | 'error' | 'invalid' | 'rejected' | 'no_answer';

/** The service's own word where it answered, else what the status code of a proxy means. */
export function outcomeOf(code: number, status: unknown): Outcome {
  if (status === 'success' || status === 'error' || status === 'invalid' || status === 'rejected')
    return status;
  if (code === 429 || code === 503) return 'rejected';
  return code < 400 ? 'success' : code < 500 ? 'invalid' : 'error';
}
