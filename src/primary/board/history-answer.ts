import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { History } from './history.ts';

const compress = promisify(gzip);

/**
 * Answers the history as binary: rows by the second, then rows by the minute, as `Ring.read` gives them; the headers tell
 * how many there are. One second's answer is made once, for whoever asks.
 */
export function createHistoryAnswer(history: History) {
  let madeFor = Number.NaN;
  let made: Promise<{ plain: Buffer; packed: Buffer }> | undefined;

  async function make(): Promise<{ plain: Buffer; packed: Buffer }> {
    const plain = Buffer.concat([history.fine.read(), history.coarse.read()]);
    // Mostly zeros: the fastest level takes most of it away.
    return { plain, packed: await compress(plain, { level: constants.Z_BEST_SPEED }) };
  }

  return {
    async answer(request: IncomingMessage, response: ServerResponse, headers: Record<string, string>) {
      const { fine, coarse } = history;
      const rows = { 'X-Board-Last-Fine': fine.last, 'X-Board-Last-Coarse': coarse.last };
      if (madeFor !== fine.last || !made) {
        madeFor = fine.last;
        made = make();
      }
      const { plain, packed } = await made;
      const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
      const body = zipped ? packed : plain;
      response.writeHead(200, {
        ...headers,
        ...rows,
        ...(zipped ? { 'Content-Encoding': 'gzip' } : {}),
        Vary: 'Accept-Encoding',
        'Content-Type': 'application/octet-stream',
        'Content-Length': body.length,
      });
      response.end(body);
    },
    /** Forgets the last answer when nobody is likely to ask for it again. */
    forget() {
      made = undefined;
    },
  };
}
