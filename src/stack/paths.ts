import { realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

export interface StackPaths {
  /** Of the checkout; through the link `current` where there are releases, so that a path outlives the release. */
  readonly root: string;
  /** Rendered configuration, a folder per component. */
  readonly etc: string;
  readonly log: string;
  /** What components keep, a folder per component. */
  readonly data: string;
  readonly run: string;
  /** Programs that ops/fetch-tools.sh found or unpacked. */
  readonly bin: string;
}

/** @param base folder of everything that is written while the stack runs, `var` in the checkout */
export function stackPaths(root: string, base: string): StackPaths {
  const folder = resolve(root, base);
  return {
    root,
    etc: join(folder, 'etc'),
    log: join(folder, 'log'),
    data: join(folder, 'data'),
    run: join(folder, 'run'),
    bin: join(root, 'var/tools/bin'),
  };
}

/** A path in the checkout, as it is reached through `root`, which may be a link. */
export function pathThrough(root: string, path: string): string {
  const real = realpathSync(root);
  return path === real || path.startsWith(real + sep) ? root + path.slice(real.length) : path;
}
