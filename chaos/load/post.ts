import { Agent, type AgentOptions, request } from 'node:http';

export interface Answer {
  /** 0 when the connection ended without an answer. */
  readonly code: number;
  readonly retryAfter: string | undefined;
  readonly error?: string;
}

/** One kept-alive connection to a slot's own socket. Node's Agent hands the path on; its types do not say so. */
export const slotAgent = (socketPath: string): Agent =>
  new Agent({ keepAlive: true, maxSockets: 1, socketPath } as AgentOptions);

/** POST /predict, without a retry, over the agent's connection; never rejects. */
export function post(
  agent: Agent,
  url: string,
  body: string,
  { timeoutMs = 60_000, headers = {} }: { timeoutMs?: number; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    const call = request(`${url}/predict`, {
      agent,
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...headers },
    });
    const late = setTimeout(() => call.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    const settle = (answer: Answer) => {
      clearTimeout(late);
      resolve(answer);
    };
    call.on('error', (error: NodeJS.ErrnoException) =>
      settle({ code: 0, retryAfter: undefined, error: error.code ?? error.message }),
    );
    call.on('response', (response) => {
      response.resume();
      response.once('end', () =>
        settle({ code: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }),
      );
      response.once('error', (error) => settle({ code: 0, retryAfter: undefined, error: error.message }));
    });
    call.end(body);
  });
}
