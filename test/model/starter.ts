import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { GraphColumns } from '../../src/model/manifest/check-columns.ts';
import { loadManifest, type Manifest } from '../../src/model/manifest.ts';

/** The model folder that ships. */
export const starterDir = resolve(import.meta.dirname, '../../models/starter');

export const starterManifest: Manifest = await loadManifest(starterDir);

/** Columns of the starter's outputs, as its graphs give them. */
export const starterColumns = {
  extractor: {
    ner: 41,
    relation: 192,
    pair_query: 65,
    pair_key: 65,
    trigger: 130,
    role: 242,
    answer: 2,
    sentiment: 2,
    topic: 10,
    news: 15,
  },
  encoder: { sentence_embedding: 512 },
} satisfies GraphColumns;

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
