import { fork } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Quality } from '../../src/model/build/quality.ts';
import { startFolderHub } from './folder-hub.ts';
import { type Shape, writeRandomModel } from './random-model.ts';

export interface AddFigures {
  readonly precision: 'fp32' | 'int8';
  readonly dir: string;
  readonly seconds: number;
  /** Seconds by stage. */
  readonly stages: Readonly<Record<string, number>>;
  /** Of the adding process; what the trial run takes in a process of its own is what a worker takes. */
  readonly peakMb: number;
  readonly folderMb: number;
  readonly quality?: Quality;
}

/**
 * Time and peak memory of `gte model add` of a random model, from a local stand-in hub, as fp32 and as int8. The models stay
 * in `dir`/models; those of an earlier run, and what it downloaded, are removed first.
 */
export async function measureAdding(dir: string, shape: Shape): Promise<AddFigures[]> {
  const source = join(dir, `source-${shape}`);
  const modelsDir = join(dir, 'models');
  await rm(modelsDir, { recursive: true, force: true });
  await writeOnce(source, shape);
  const hub = await startFolderHub(source, 'bench/random');
  try {
    const figures: AddFigures[] = [];
    for (const int8 of [false, true]) figures.push(await addOnce(hub.url, modelsDir, int8));
    return figures;
  } finally {
    hub.close();
    await rm(join(modelsDir, '.work'), { recursive: true, force: true });
  }
}

async function writeOnce(source: string, shape: Shape): Promise<void> {
  const there = await access(source).then(
    () => true,
    () => false,
  );
  if (there) return;
  const unfinished = `${source}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await writeRandomModel(unfinished, shape, await starterWords());
  await rename(unfinished, source);
}

async function addOnce(url: string, modelsDir: string, int8: boolean): Promise<AddFigures> {
  const child = fork(join(import.meta.dirname, 'add-from-hub.ts'), [
    url,
    modelsDir,
    ...(int8 ? ['int8'] : []),
  ]);
  let figures: AddFigures | undefined;
  child.once('message', (message: AddFigures) => {
    figures = message;
  });
  // A message may come after the exit, but never after the channel closed.
  const [[code, signal]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  if (!figures || code !== 0) throw new Error(`adding the random model ended with ${signal ?? code}`);
  return figures;
}

async function starterWords(): Promise<string[]> {
  const starter = JSON.parse(await readFile('models/starter/tokenizer.json', 'utf8'));
  return Object.entries(starter.model.vocab as Record<string, number>)
    .sort(([, a], [, b]) => a - b)
    .map(([word]) => word);
}
