import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes the files of a folder those given, leaving files alone that are as they should be, and others beside them.
 * @returns whether anything changed
 */
export function writeChanged(folder: string, files: Readonly<Record<string, string>>): boolean {
  let changed = false;
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    if (read(path) === text) continue;
    mkdirSync(dirname(path), { recursive: true });
    // Some hold tokens.
    writeFileSync(path, text, { mode: 0o600 });
    changed = true;
  }
  return changed;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
