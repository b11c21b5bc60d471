import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cluster/private-build.ts';

/** What runs the service, in one line. */
export function versions(): string {
  const { name, version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packages = ['onnxruntime-node', 'koa', 'prom-client', 'pm2'].map((p) => `${p} ${dependencies[p]}`);
  return [`${name} ${version}`, `Node.js ${process.version}`, ...packages].join(', ');
}

/** Of the checkout, with a + when the service differs from it. */
export function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  try {
    const changed =
      git('status', '--porcelain', '--', 'src', 'models', 'nginx', 'ops', 'package.json') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'no commit';
  }
}
