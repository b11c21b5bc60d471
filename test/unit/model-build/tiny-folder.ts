import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TINY_DIR } from './build-tiny.ts';

/** Special tokens, then pieces of the measuring texts. */
const PIECES = [
  ...'，。？的了天大行上下明高三不会有在公能过小股市银央电池屏幕显示清晰地铁运营时间北京学校老师导演比赛球队饺子好吃花呗还款如何偿账单',
  '##s',
  'in',
  '##g',
];

export function tinyVocabulary(): string {
  return `${[...new Set(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...PIECES])].join('\n')}\n`;
}

/** A tiny model as a hub holds it: with vocab.txt and a card. */
export async function tinyFolder(model: string): Promise<{ dir: string; remove: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'tiny-model-'));
  const dir = join(root, model);
  await cp(join(TINY_DIR, model), dir, { recursive: true });
  const { max_position_embeddings } = JSON.parse(await readFile(join(dir, 'config.json'), 'utf8'));
  await writeFile(join(dir, 'vocab.txt'), tinyVocabulary());
  await writeFile(
    join(dir, 'tokenizer_config.json'),
    JSON.stringify({ do_lower_case: true, model_max_length: max_position_embeddings }),
  );
  await writeFile(join(dir, 'README.md'), '---\nlanguage: zh\nlicense: mit\n---\n# Tiny\n');
  return { dir, remove: () => rm(root, { recursive: true }) };
}
