import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './private-build.ts';

/** Path of nginx, prometheus and their kin, fetched when not there yet. */
export async function toolPath(name: string): Promise<string> {
  const path = join(root, 'var/tools/bin', name);
  if (!existsSync(path)) await promisify(execFile)('bash', [join(root, 'ops/fetch-tools.sh'), name]);
  return path;
}
