import type { IncomingMessage } from 'node:http';
import type { Context } from '../context.ts';

/** What a client may still send of a refused body, before its connection is cut. */
const LIMIT_BYTES = 4 * 1024 * 1024;
const LIMIT_MS = 1000;

/** Makes a connection fit for the answer to a request whose body nobody reads to its end. */
export async function leaveBody({ req, res }: Context): Promise<void> {
  if (!req.complete) await discardBody(req);
  if (!req.complete) res.setHeader('Connection', 'close');
}

/**
 * Takes the rest of a refused body. Closing a connection with unread bytes resets it, and many clients then never see the
 * answer; so they may finish, within bounds.
 */
async function discardBody(request: IncomingMessage): Promise<void> {
  if (request.destroyed || Number(request.headers['content-length'] ?? 0) > LIMIT_BYTES) return;
  let bytes = 0;
  await new Promise<void>((resolve) => {
    const late = setTimeout(resolve, LIMIT_MS);
    const done = () => {
      clearTimeout(late);
      resolve();
    };
    request.once('close', done);
    request.once('end', done);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LIMIT_BYTES) done();
    });
    request.resume();
  });
  request.pause();
}
