import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, normalize } from 'node:path';
import * as z from 'zod';
import { CliError } from '../cli-error.ts';

const lockFile = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), optional: z.boolean().optional() })),
});

export interface InstalledPackages {
  /** Folders of the packages that the service needs at run time, relative to `root`; what lies in them goes along. */
  readonly folders: readonly string[];
  /** The links of node_modules/.bin into those folders. */
  readonly links: readonly string[];
}

/**
 * What `npm ci --omit=dev` would leave of node_modules, by package-lock.json.
 * @throws CliError naming a package that is not installed.
 */
export function installedPackages(root: string): InstalledPackages {
  const { packages } = lockFile.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const wanted = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  const missing = wanted.find(([path, { optional }]) => !optional && !existsSync(join(root, path)));
  if (missing)
    throw new CliError({
      en: `${missing[0]} is not installed: run npm ci`,
      zh: `${missing[0]} 未安装：请运行 npm ci`,
    });
  const folders = wanted
    .map(([path]) => path)
    .filter((path) => path.lastIndexOf('node_modules/') === 0 && existsSync(join(root, path)));
  const bin = 'node_modules/.bin';
  const links = readdirSync(join(root, bin)).flatMap((name) => {
    const target = normalize(join(bin, readlinkSync(join(root, bin, name))));
    return folders.some((folder) => target.startsWith(`${folder}/`)) ? [`${bin}/${name}`] : [];
  });
  return { folders, links };
}
