import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The commit that this code was built from (ops/note-commit.js); undefined where it was built without git, or runs unbuilt. */
export function builtCommit(): string | undefined {
  const file = join(import.meta.dirname, 'build.json');
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { commit: string }).commit;
}
