import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../model-error.ts';
import { type BertConfig, loadBertConfig } from './bert-config.ts';
import { findPooling, type Pooling, type PoolingRequest } from './pooling.ts';
import { readTokenizerFiles, type TokenizerFile } from './tokenizer-files.ts';
import { WEIGHT_FILES } from './weights/open-weights.ts';

/** Graphs of other exporters that are accepted when a folder holds no weights. */
export const ONNX_FILES = ['onnx/model.onnx', 'model.onnx'] as const;

/** A model folder in Hugging Face's layout, read and understood, its weights not yet opened. */
export interface SourceModel {
  readonly dir: string;
  readonly config: BertConfig;
  readonly tokenizer: TokenizerFile;
  /** Weights to build from, or a ready graph. */
  readonly content: { readonly kind: 'weights' } | { readonly kind: 'onnx'; readonly path: string };
  readonly pooling: () => Promise<Pooling>;
  /** As the card's front matter says. */
  readonly license: string | undefined;
  /** The card, README.md. */
  readonly card: string | undefined;
}

/**
 * @param coming what the folder will hold that is not there yet.
 * @throws ModelError when the folder is no BERT encoder that can be converted.
 */
export async function readSourceModel(
  dir: string,
  request: PoolingRequest,
  coming?: SourceModel['content']['kind'],
): Promise<SourceModel> {
  const config = await loadBertConfig(dir);
  const content = coming === undefined ? await findContent(dir) : contentOfKind(dir, coming);
  const pooling = () => findPooling(dir, request);
  // Asked now, so that a missing answer is known before anything is built.
  if (content.kind === 'weights') await pooling();
  const card = await readFile(join(dir, 'README.md'), 'utf8').then(
    (text) => text.replaceAll('\r\n', '\n'),
    () => undefined,
  );
  const license = /^---\n(?:.*\n)*?license:\s*["']?([^"'\n]+)/.exec(card ?? '')?.[1]?.trim();
  return { dir, config, tokenizer: await readTokenizerFiles(dir, config), content, pooling, license, card };
}

const contentOfKind = (dir: string, kind: SourceModel['content']['kind']): SourceModel['content'] =>
  kind === 'weights' ? { kind } : { kind, path: join(dir, ONNX_FILES[0]) };

async function findContent(dir: string): Promise<SourceModel['content']> {
  const has = (file: string) =>
    access(join(dir, file)).then(
      () => true,
      () => false,
    );
  for (const [file] of WEIGHT_FILES) if (await has(file)) return { kind: 'weights' };
  for (const file of ONNX_FILES) if (await has(file)) return { kind: 'onnx', path: join(dir, file) };
  const names = [...WEIGHT_FILES.map(([name]) => name), ...ONNX_FILES];
  throw new ModelError(`${dir} holds none of ${names.join(', ')}`);
}
