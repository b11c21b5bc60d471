import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../../../src/cli/language.ts';
import { root } from '../../e2e/service.ts';
import { folder } from './recorder.ts';

const DOCS: Readonly<Record<Language, string>> = {
  en: 'docs/operating.md',
  zh: 'docs/operating.zh-CN.md',
};
/** A marker, and the block that an earlier recording left below it. */
const RECORDED = /<!-- recorded: ([\w-]+) -->\n(?:```\n[\s\S]*?\n```\n)?/g;

/** Puts what was recorded below its marker in the docs; gives what there is no recording of. */
export function fillDocs(): string[] {
  const missing: string[] = [];
  for (const [language, doc] of Object.entries(DOCS)) {
    const path = join(root, doc);
    const filled = readFileSync(path, 'utf8').replaceAll(RECORDED, (present, name: string) => {
      const recording = join(folder, `${name}.${language}.txt`);
      if (!existsSync(recording)) {
        missing.push(`${doc}: ${name} is not recorded; its present text stays`);
        return present;
      }
      return `<!-- recorded: ${name} -->\n\`\`\`\n${readFileSync(recording, 'utf8').trimEnd()}\n\`\`\`\n`;
    });
    writeFileSync(path, filled);
  }
  return missing;
}
