import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Route } from '../route.ts';
import { fileRoute } from './files.ts';

/** GET / and what the page is made of: every file under `dir`, by its own name. */
export function pageRoutes(dir: string): Route[] {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const routes = files.map((entry) => {
    const file = join(entry.parentPath, entry.name);
    return { ...fileRoute(file.slice(dir.length).replaceAll('\\', '/'), file), label: '/*' };
  });
  return [fileRoute('/', join(dir, 'index.html')), ...routes];
}
