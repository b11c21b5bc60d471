import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * In releases/NAME beside a link `current` that names it: the path through the link, so that what was started there finds
 * the release that the link names by then (docs/deploy.md). Else the folder itself.
 */
export function releaseRoot(here) {
  const link = resolve(here, '../../current');
  return existsSync(link) && realpathSync(link) === realpathSync(here) ? link : here;
}
