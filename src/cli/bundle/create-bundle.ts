import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { readCheckout } from './checkout.ts';
import { installedPackages } from './installed-packages.ts';
import { writeArchive } from './write-archive.ts';

export interface BundleOptions {
  readonly root: string;
  /** Where to write it; else var/bundles. */
  readonly file?: string | undefined;
  /** Names in models/. */
  readonly models: readonly string[];
  /** Folder of Debian packages put into extras/debs, where ops/fetch-tools.sh looks for them. */
  readonly tools: string | undefined;
  /** Files put into extras/. */
  readonly extras: readonly string[];
}

/** Everything the service needs on a machine without network but Node.js, as one archive. @throws CliError */
export async function createBundle({ root, models, tools, extras, ...options }: BundleOptions) {
  const checkout = readCheckout(root);
  const packages = installedPackages(root);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = `gte-serve-${version}-${checkout.commit.slice(0, 7)}${checkout.changed ? '-changed' : ''}`;
  const file = options.file ?? join(root, 'var/bundles', `${folder}.tar.gz`);
  const toolPackages = tools === undefined ? [] : debs(tools);
  const paths = new Set([
    ...checkout.files,
    'dist',
    ...packages.folders,
    ...packages.links,
    ...models.map((name) => `models/${name}`),
  ]);
  // A tracked file in a folder that goes whole would be stored twice.
  for (const path of checkout.files)
    if (models.some((name) => path.startsWith(`models/${name}/`))) paths.delete(path);

  const about = {
    version,
    commit: checkout.commit,
    changed: checkout.changed,
    node: process.version,
    packages: packages.folders.length,
    models,
    tools: toolPackages.map((path) => basename(path)),
    extras: extras.map((path) => basename(path)),
  };
  const beside = await mkdtemp(join(tmpdir(), 'gte-bundle-'));
  try {
    // ops/ neither installs nor builds where it finds this file.
    await writeFile(join(beside, 'bundle.json'), `${JSON.stringify(about, null, 2)}\n`);
    // Not in var/: a release's var becomes a link to what all releases share.
    for (const [name, files] of [
      ['extras', extras],
      ['extras/debs', toolPackages],
    ] as const) {
      if (files.length > 0) await mkdir(join(beside, name), { recursive: true });
      for (const path of files) await copyFile(path, join(beside, name, basename(path)));
    }
    const added = { root: beside, paths: await readdir(beside) };
    const written = await writeArchive({ file, folder, root, paths: [...paths], beside: added });
    return { file, folder, ...written, ...about };
  } finally {
    await rm(beside, { recursive: true });
  }
}

function debs(folder: string): string[] {
  const found = existsSync(folder) ? readdirSync(folder) : [];
  const packages = found.filter((name) => name.endsWith('.deb')).map((name) => join(folder, name));
  if (packages.length === 0)
    throw new CliError({
      en: `${folder} holds no package: run bash ops/fetch-tools.sh on a machine like the other one`,
      zh: `${folder} 中没有软件包：请在同类机器上运行 bash ops/fetch-tools.sh`,
    });
  return packages;
}
