import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../../..');

export const readDoc = (path: string) => readFileSync(join(root, path), 'utf8');

/** The English page and its Chinese translation. */
export const bothLanguages = (path: string) => [path, path.replace(/\.md$/, '.zh-CN.md')];

/** Every page of the documentation, by path from the root. */
export function allDocs(): string[] {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const own = readdirSync(root).filter((name) => name.endsWith('.md'));
  return [...own, ...pages.filter((page) => page.endsWith('.md')).map((page) => `docs/${page}`)].sort();
}

/** First cells of all table rows. */
export function firstCells(markdown: string): string[] {
  return [...markdown.matchAll(/^\| *([^|]*?) *\|/gm)].map(([, cell]) => cell ?? '');
}
