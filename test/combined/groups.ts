import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Folders whose test files share a process, which a file of the group's name runs; those of `/**` with all folders below them. */
const groups = {
  unit: ['test/unit/**'],
  api: ['test/integration', 'test/integration/api'],
  neighbours: ['test/integration/nginx', 'test/integration/relay', 'test/integration/alertmanager'],
} as const;

export type Group = keyof typeof groups;
export const groupNames = Object.keys(groups) as Group[];

/** Paths from the root of the checkout, in order. */
export function filesOf(group: Group): string[] {
  return groups[group].flatMap((pattern) => {
    const folder = pattern.replace(/\/\*\*$/, '');
    return readdirSync(resolve(root, folder), { recursive: pattern !== folder, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .sort()
      .map((name) => join(folder, name));
  });
}
