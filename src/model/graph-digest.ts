import { createHash } from 'node:crypto';
import type { Manifest } from './manifest.ts';

/** Tells a graph with its weights from all others; two graphs may lie over the same weights. */
export function graphDigest({
  sha256,
  data,
}: NonNullable<Manifest['extractor'] | Manifest['encoder']>): string {
  return createHash('sha256')
    .update(`${sha256}\n${data?.sha256 ?? ''}`)
    .digest('hex');
}
