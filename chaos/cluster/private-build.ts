import { rmSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
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
    await cp(dist, dir, { recursive: true });
    return dir;
  })();
  return copied;
}

/** A checkout of its own, with a build that the experiment may damage; removed at the end. */
export async function privateCheckout(run: Run): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'gte-chaos-'));
  run.onEnd(() => rm(dir, { recursive: true, force: true }));
  await cp(await copyOfBuild(), join(dir, 'dist'), { recursive: true });
  for (const name of COPIED) await cp(join(root, name), join(dir, name));
  for (const name of LINKED) await symlink(join(root, name), join(dir, name));
  return dir;
}
