import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

export interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
export type Answer = (seen: Seen, response: ServerResponse, request: IncomingMessage) => void | Promise<void>;

const ok: Answer = (seen, response) => {
  response.setHeader('X-Request-Id', String(seen.headers['x-request-id']));
  response.setHeader('X-Task-Type', 'ner');
  response.setHeader('X-Task-Status', 'success');
  response.end('{"result":[]}');
};

let bound = 0;

/** A worker's stand-in on a slot socket, bound and renamed as workers do; it keeps what it was asked. */
export async function startStandIn(t: TestContext, socket: string, answer: Answer = ok) {
  const seen: Seen[] = [];
  const handle: RequestListener = (request, response) => {
    void text(request).then(
      async (body) => {
        const { method, url, headers } = request;
        const one = { method, url, headers, body };
        seen.push(one);
        await answer(one, response, request);
      },
      () => undefined,
    );
  };
  const server = createServer({ keepAliveTimeout: 20_000 }, handle);
  bound += 1;
  const own = `${socket}.${bound}`;
  server.listen(own);
  await once(server, 'listening');
  renameSync(own, socket);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  t.after(close);
  return { seen, server, close };
}
