import { join, resolve } from 'node:path';

export interface StackPaths {
  /** Of the checkout. */
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
