import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadManifest, type Manifest } from '../../src/model/manifest.ts';

/** The model folder that ships. */
export const starterDir = resolve(import.meta.dirname, '../../models/starter');

export const starterManifest: Manifest = await loadManifest(starterDir);

/** manifest.json of the starter as plain JSON, to be damaged. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into it by path
export function starterJson(): any {
  return JSON.parse(readFileSync(resolve(starterDir, 'manifest.json'), 'utf8'));
}

/** The rows of a fixture file, one JSON value a line. */
export function fixtureRows<Row>(name: string): Row[] {
  const path = resolve(import.meta.dirname, '../fixtures', name);
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
