import { type Agent, request as httpRequest } from 'node:http';
import type { ApiCase } from './api-cases.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Nothing may take longer: above every deadline and time-out of the service. */
const LIMIT_MS = 90_000;

/** Sends one case. A connection that ends without an answer is an answer with status 0. */
export function sendApi(url: string, agent: Agent, sent: ApiCase): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const { method, path, headers, body } = sent;
    const request = httpRequest({
      hostname,
      port,
      agent,
      method,
      path,
      timeout: LIMIT_MS,
      headers: { ...headers },
    });
    let answered = false;
    request.on('timeout', () => request.destroy(new Error(`no answer within ${LIMIT_MS} ms`)));
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (answered) return;
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE')
        resolve({ status: 0, headers: {}, text: '' });
      else reject(error);
    });
    request.on('response', async (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of response) chunks.push(chunk);
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      } catch (error) {
        reject(error);
      }
    });
    request.end(body);
  });
}
