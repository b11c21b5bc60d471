import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { ModelError } from '../../model-error.ts';
import type { TensorInfo, TensorSource } from './tensor-source.ts';

const shardIndex = z.object({
  weight_map: z.record(
    z.string(),
    z.string().regex(/^[\w][\w.-]*$/, 'must be a plain file name beside the index'),
  ),
});

/** Reads which shard holds which tensor. @throws ModelError when the index is malformed. */
export async function readShardIndex(path: string): Promise<Map<string, string>> {
  try {
    const { weight_map } = shardIndex.parse(JSON.parse(await readFile(path, 'utf8')));
    return new Map(Object.entries(weight_map));
  } catch (cause) {
    throw new ModelError(`${path} is not an index of weight files`, cause);
  }
}

/**
 * Opens weights that are spread over several files.
 * @param openShard opens one file; the same for all.
 */
export async function openSharded(
  indexPath: string,
  openShard: (path: string) => Promise<TensorSource>,
): Promise<TensorSource> {
  const fileOf = await readShardIndex(indexPath);
  const shards = new Map<string, TensorSource>();
  const close = async () => {
    await Promise.all([...shards.values()].map((shard) => shard.close()));
  };
  try {
    for (const file of new Set(fileOf.values()))
      shards.set(file, await openShard(join(dirname(indexPath), file)));
    const tensors = new Map<string, TensorInfo>();
    for (const [name, file] of fileOf) {
      const info = shards.get(file)?.tensors.get(name);
      if (!info) throw new ModelError(`${indexPath} says ${file} holds ${name}, but it doesn't`);
      tensors.set(name, info);
    }
    return {
      tensors,
      read(name) {
        const shard = shards.get(fileOf.get(name) ?? '');
        if (!shard) throw new ModelError(`${indexPath} names no tensor ${name}`);
        return shard.read(name);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
