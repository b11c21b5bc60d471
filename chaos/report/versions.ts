import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cluster/private-build.ts';

/** What was tested, in one line. */
export function versions(): string {
  const { name, version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packages = ['onnxruntime-node', 'koa', 'prom-client', 'pm2'].map((p) => `${p} ${dependencies[p]}`);
  return [`${name} ${version} (${commit()})`, `Node.js ${process.version}`, ...packages].join(', ');
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'no commit';
  }
}
