/** Why nothing came: the connection's own reason, or the status. */
export class FetchError extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.name = 'FetchError';
    this.status = status;
  }
}

const TIMEOUT_MS = 30_000;

/** @throws FetchError */
export async function get(url: URL, headers: Record<string, string> = {}): Promise<string> {
  let answer: Response;
  try {
    answer = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const cause = (error as Error).cause as (Error & { code?: string }) | undefined;
    throw new FetchError(cause?.code ?? cause?.message ?? (error as Error).message);
  }
  const body = await answer.text();
  if (answer.ok) return body;
  throw new FetchError(`${answer.status} ${reasonIn(body)}`.trim(), answer.status);
}

function reasonIn(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === 'string' ? error : '';
  } catch {
    return body.split('\n', 1)[0]?.slice(0, 200) ?? '';
  }
}
