import { rmSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Run } from '../experiment.ts';

export const root = resolve(import.meta.dirname, '../..');

/** What the service reads beside its code; nothing here is changed by an experiment. */
const LINKED = ['node_modules', 'models', 'public', 'board', 'nginx', 'ops', 'bin', 'prometheus'];
const COPIED = ['package.json', 'ecosystem.config.js'];

/** The build under test: another release's, to compare with, when CHAOS_DIST names it. */
const dist = resolve(process.env.CHAOS_DIST ?? join(root, 'dist'));

let copied: Promise<string> | undefined;

/** Copied once, so that a build in the checkout does not pull files from under the experiments. */
function copyOfBuild(): Promise<string> {
  copied ??= (async () => {
    const dir = await mkdtemp(join(tmpdir(), 'gte-chaos-build-'));
    process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
    await copyFiles(dist, dir);
    return dir;
  })();
  return copied;
}

/** The service is bundled into files that lie directly in dist/; the folders beside them are other programs'. */
async function copyFiles(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    filter: async (path) => path === from || !(await stat(path)).isDirectory(),
  });
}

/** A checkout of its own, with a build that the experiment may damage; removed at the end. */
export async function privateCheckout(run: Run): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'gte-chaos-'));
  run.onEnd(() => rm(dir, { recursive: true, force: true }));
  await copyFiles(await copyOfBuild(), join(dir, 'dist'));
  for (const name of COPIED) await cp(join(root, name), join(dir, name));
  for (const name of LINKED) await symlink(join(root, name), join(dir, name));
  return dir;
}

/** The file of a checkout's built service (ops/bundle-service.js) that holds this code. @throws Error when none or several do. */
export async function builtFile(dir: string, code: RegExp): Promise<string> {
  const names = (await readdir(join(dir, 'dist'))).filter((name) => name.endsWith('.js'));
  const paths = names.map((name) => join(dir, 'dist', name));
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  const [found, ...more] = paths.filter((_, i) => code.test(texts[i] ?? ''));
  if (!found || more.length > 0)
    throw new Error(`${code} is in ${found ? 'several files' : 'no file'} of dist/`);
  return found;
}
