import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../../model-error.ts';
import { openPytorch } from './open-pytorch.ts';
import { openSafetensors } from './open-safetensors.ts';
import { openSharded } from './open-sharded.ts';
import type { TensorSource } from './tensor-source.ts';

/** Names of weight files, the best first. */
export const WEIGHT_FILES: readonly (readonly [
  name: string,
  open: (path: string) => Promise<TensorSource>,
])[] = [
  ['model.safetensors', openSafetensors],
  ['model.safetensors.index.json', (path) => openSharded(path, openSafetensors)],
  ['pytorch_model.bin', openPytorch],
  ['pytorch_model.bin.index.json', (path) => openSharded(path, openPytorch)],
];

/**
 * Opens the weights of a model folder in Hugging Face's layout.
 * @throws ModelError when there are none or they can't be read.
 */
export async function openWeights(dir: string): Promise<TensorSource> {
  for (const [name, open] of WEIGHT_FILES) {
    const path = join(dir, name);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return open(path);
  }
  throw new ModelError(`${dir} holds none of ${WEIGHT_FILES.map(([name]) => name).join(', ')}`);
}
