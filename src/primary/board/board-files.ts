import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import type { AdminRoute, AdminRoutes } from '../admin-server.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const CACHING = { 'Cache-Control': 'no-cache' };

/** What the board shares with the service's page, and its chart library; paths below the checkout. */
const SHARED = [
  'public/favicon.svg',
  'public/page/dom.js',
  'public/styles/tokens.css',
  'node_modules/uplot/dist/uPlot.esm.js',
  'node_modules/uplot/dist/uPlot.min.css',
];

/** `GET /` and the files it needs, at the paths they have in the checkout, from memory. A missing one stops the start. */
export function boardFiles(root: string): AdminRoutes {
  const own = readdirSync(join(root, 'board'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  const routes = [...own, ...SHARED].map((path) => [
    `/${path.replaceAll('\\', '/')}`,
    fileRoute(join(root, path)),
  ]);
  return { '/': fileRoute(join(root, 'board/index.html')), ...Object.fromEntries(routes) };
}

function fileRoute(file: string): AdminRoute {
  const content = readFileSync(file);
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  return (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, { ...CACHING, ETag: etag }).end();
      return;
    }
    response.writeHead(200, {
      ...CACHING,
      ETag: etag,
      'Content-Type': TYPES[extname(file)],
      'Content-Length': content.length,
    });
    response.end(content);
  };
}
