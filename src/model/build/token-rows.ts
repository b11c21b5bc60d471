import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../model-error.ts';
import { loadTokenizer } from '../tokenizer.ts';
import type { TokenizerFile } from './tokenizer-files.ts';

/**
 * Texts → ids with [CLS] and [SEP], cut to the model's length, by the service's own tokenizer.
 * @throws ModelError when the tokenizer is of a kind that the service can't run.
 */
export async function tokenRows(
  { json, maxTokens }: TokenizerFile,
  texts: readonly string[],
): Promise<number[][]> {
  const dir = await mkdtemp(join(tmpdir(), 'gte-tokenizer-'));
  try {
    await writeFile(join(dir, 'tokenizer.json'), json);
    const tokenizer = await loadTokenizer(dir, {
      tokenizer: { file: 'tokenizer.json', sha256: '', max_tokens: maxTokens },
    });
    const rows = [];
    for (const text of texts) {
      const { ids } = await tokenizer.encode(text);
      rows.push([tokenizer.cls, ...ids.slice(0, maxTokens - 2), tokenizer.sep]);
    }
    return rows;
  } catch (cause) {
    throw new ModelError(
      `the tokenizer can't be used: ${(cause as Error).message.replace(`${dir}/`, '')}`,
      cause,
    );
  } finally {
    await rm(dir, { recursive: true });
  }
}
