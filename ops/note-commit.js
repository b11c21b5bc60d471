// Run by `npm run build`: writes dist/build.json with the commit that was built, `-changed` where tracked files differ from
// it. For GET /info. Without git, or outside a checkout of our own, there is no such file.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

function git(...args) {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function commit() {
  // A folder around this one may be a checkout of something else.
  if (!existsSync(resolve(root, '.git'))) return undefined;
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '-changed' : ''}`;
  } catch {
    return undefined;
  }
}

const built = commit();
if (built) writeFileSync(resolve(root, 'dist/build.json'), `${JSON.stringify({ commit: built })}\n`);
