import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';

export interface Checkout {
  /** Full hash of the commit. */
  readonly commit: string;
  /** Tracked files differ from the commit. */
  readonly changed: boolean;
  /** Tracked files that are there. */
  readonly files: readonly string[];
}

/** @throws CliError where git does not know the folder. */
export function readCheckout(root: string): Checkout {
  const git = (...args: string[]) => {
    try {
      return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      throw new CliError({
        en: `${root} is no git checkout (or git is missing): make the bundle where the service is developed or built`,
        zh: `${root} 不是 git 工作区（或未安装 git）：请在开发或构建服务的机器上打包`,
      });
    }
  };
  return {
    commit: git('rev-parse', 'HEAD').trim(),
    changed: git('status', '--porcelain', '--untracked-files=no') !== '',
    files: git('ls-files', '-z')
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(root, path))),
  };
}

/** @throws CliError when dist/ is missing or a source was changed after it was built. */
export function requireBuild(root: string): void {
  const built = statSync(join(root, 'dist/main.js'), { throwIfNoEntry: false });
  const newer = built
    ? readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).find(
        (path) => path.endsWith('.ts') && statSync(join(root, 'src', path)).mtimeMs > built.mtimeMs,
      )
    : undefined;
  if (built && newer === undefined) return;
  throw new CliError({
    en: `${built ? `src/${newer} is newer than dist/` : 'dist/ is missing'}: run npm run build`,
    zh: `${built ? `src/${newer} 比 dist/ 新` : '没有 dist/'}：请运行 npm run build`,
  });
}
