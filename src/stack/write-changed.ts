import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Written {
  readonly changed: boolean;
  /** Puts back what was there before. */
  undo(): void;
}

/** Makes the files of a folder those given, leaving files alone that are as they should be, and others beside them. */
export function writeChanged(folder: string, files: Readonly<Record<string, string>>): Written {
  const before = new Map<string, string | undefined>();
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    const old = read(path);
    if (old === text) continue;
    before.set(path, old);
    write(path, text);
  }
  return {
    changed: before.size > 0,
    undo() {
      for (const [path, old] of before) old === undefined ? rmSync(path) : write(path, old);
    },
  };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  // Some hold tokens.
  writeFileSync(path, text, { mode: 0o600 });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
