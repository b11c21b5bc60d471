import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Route } from '../route.ts';
import { fileRoute } from './files.ts';

/** Swagger UI sets style attributes and draws icons as data: URLs; scripts stay limited to our own files. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** GET /docs: the OpenAPI document as a page, all files from this server. `dir` is the public folder. */
export function docsRoutes(dir: string): Route[] {
  const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return [
    fileRoute('/docs', join(dir, 'docs/index.html'), { 'Content-Security-Policy': POLICY }),
    fileRoute('/docs/swagger-ui.css', join(swagger, 'swagger-ui.css')),
    fileRoute('/docs/swagger-ui-bundle.js', join(swagger, 'swagger-ui-bundle.js')),
  ];
}
