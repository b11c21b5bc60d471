import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { StartError } from '../errors.ts';
import { type Manifest, manifestSchema } from './manifest/schema.ts';

export type { Manifest } from './manifest/schema.ts';
export { namedFiles, verifyFiles } from './manifest/verify-files.ts';

/**
 * Reads and checks manifest.json of a model folder; the files it names are checked by verifyFiles.
 * @throws StartError one sentence naming the file and, where one is at fault, the field.
 */
export async function loadManifest(dir: string): Promise<Manifest> {
  const path = join(dir, 'manifest.json');
  const content = await readFile(path, 'utf8').catch((cause) => {
    throw new StartError(`model manifest ${path} can't be read (${cause.code ?? cause.message})`, cause);
  });
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new StartError(`model manifest ${path} is not JSON: ${(cause as Error).message}`, cause);
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) throw new StartError(`wrong model manifest ${path}: ${describe(parsed.error)}`);
  return parsed.data;
}

function describe({ issues: [first, ...others] }: z.ZodError): string {
  if (!first) return 'unknown fault';
  const field = first.path.length > 0 ? `${first.path.map(String).join('.')}: ` : '';
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return `${field}${first.message}${more}`;
}
