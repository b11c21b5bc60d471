import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { allDocs, readDoc, root } from './read-docs.ts';

/** As GitHub makes them: lower case, spaces to hyphens, punctuation dropped. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

for (const page of allDocs()) {
  test(`When ${page} links to a file or a heading, then it is there`, () => {
    const text = readDoc(page).replace(/```[\s\S]*?```/g, '');
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      assert.ok(existsSync(join(root, file)), target);
      if (anchor) assert.ok(anchors(readDoc(file)).includes(decodeURIComponent(anchor)), target);
    }
  });
}

test('When a page has a translation, then each names the other', () => {
  for (const page of allDocs().filter((path) => path.endsWith('.zh-CN.md'))) {
    const english = page.replace('.zh-CN.md', '.md');
    const name = (path: string) => path.split('/').at(-1);
    assert.ok(readDoc(page).includes(`[English](${name(english)})`), page);
    assert.ok(readDoc(english).includes(`[中文](${name(page)})`), english);
  }
});
