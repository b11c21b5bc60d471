import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ModelChoice } from './model-choice.ts';

/** A worker that starts at any moment reads the old choice or the new one, whole. */
export async function writeChoice(file: string, choice: ModelChoice): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  const handle = await open(unfinished, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(choice, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
}
