import { join } from 'node:path';
import { StartError } from '../../errors.ts';
import { hashFile } from '../hash-file.ts';
import type { Manifest } from './schema.ts';

/**
 * Compares the SHA-256 of every file that the manifest names.
 * @throws StartError naming the file that is missing or holds something else.
 */
export async function verifyFiles(dir: string, manifest: Manifest): Promise<void> {
  for (const [field, named] of namedFiles(manifest)) {
    const path = join(dir, named.file);
    const found = await hashFile(path).catch((cause) => {
      throw new StartError(`model file ${path} can't be read (${cause.code ?? cause.message})`, cause);
    });
    if (found !== named.sha256)
      throw new StartError(
        `model file ${path} is damaged or another version: its SHA-256 is ${found}, ${field}.sha256 in manifest.json says ${named.sha256}`,
      );
  }
}

/** Every file of the manifest, with the field that names it. */
export function namedFiles(manifest: Manifest): [field: string, named: { file: string; sha256: string }][] {
  const { tokenizer, extractor, encoder } = manifest;
  const files: [string, { file: string; sha256: string } | undefined][] = [
    ['tokenizer', tokenizer],
    ['extractor', extractor],
    ['extractor.data', extractor?.data],
    ['encoder', encoder],
    ['encoder.data', encoder?.data],
  ];
  return files.flatMap(([field, named]) => (named ? [[field, named]] : []));
}
