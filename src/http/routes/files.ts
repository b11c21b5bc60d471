import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Route } from '../route.ts';

/** Serves one small file from memory with an ETag; a missing file stops the start. */
export function fileRoute(path: string, file: string, headers: Record<string, string> = {}): Route {
  const content = readFileSync(file);
  const etag = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  return {
    method: 'GET',
    path,
    handlers: [
      (ctx) => {
        ctx.type = extname(file);
        ctx.etag = etag;
        ctx.set('Cache-Control', 'no-cache');
        ctx.set(headers);
        ctx.body = content; // before `fresh`, which is false while there is no answer
        if (ctx.fresh) ctx.status = 304;
      },
    ],
  };
}
