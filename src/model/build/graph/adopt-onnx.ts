import { appendFile, copyFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hashFile } from '../../hash-file.ts';
import { ModelError } from '../../model-error.ts';
import type { BuiltGraph, NamedFile } from '../built-graph.ts';
import { readOutputNames } from '../measure/measure-graph.ts';
import { createGraphWriter } from '../onnx/graph-writer.ts';
import type { Pooling } from '../pooling.ts';
import { poolTokens } from './pool-tokens.ts';
import { OUTPUT } from './write-bert.ts';

const TOKEN_OUTPUTS = ['last_hidden_state', 'token_embeddings'];

export interface Adoption {
  /** The exporter's graph. */
  readonly source: string;
  /** Asked only when the graph does not pool by itself. */
  readonly pooling: () => Promise<Pooling>;
  readonly dimensions: number;
}

/**
 * Copies another exporter's graph (and the weights beside it) to `path`; where it gives only token vectors, the pooling is
 * put behind it.
 * @throws ModelError when the graph can't be run or offers neither sentence nor token vectors.
 */
export async function adoptOnnx(
  path: string,
  { source, pooling, dimensions }: Adoption,
): Promise<BuiltGraph> {
  const names = await readOutputNames(source);
  await copyFile(source, path);
  const weights = await weightsBeside(source);
  const dataPath = weights && join(dirname(path), basename(weights));
  if (weights && dataPath) await copyFile(weights, dataPath);
  if (!names.includes(OUTPUT)) {
    const tokens = TOKEN_OUTPUTS.find((name) => names.includes(name));
    if (!tokens)
      throw new ModelError(
        `${source} offers ${names.join(', ')}; ${[OUTPUT, ...TOKEN_OUTPUTS].join(' or ')} is needed`,
      );
    const graph = createGraphWriter({ name: 'pooled', prefix: 'gte_pooling_' });
    graph.output(OUTPUT, poolTokens(graph, tokens, await pooling()), 'float', ['batch', dimensions]);
    // Two encodings of one message, one behind the other, are their union: the nodes and the output are added.
    await appendFile(path, graph.encodeGraph());
  }
  const sizes = await Promise.all([path, dataPath].map(async (file) => (file ? (await stat(file)).size : 0)));
  return {
    graph: await named(path),
    ...(dataPath && { data: await named(dataPath) }),
    bytes: sizes.reduce((a, b) => a + b),
  };
}

async function named(path: string): Promise<NamedFile> {
  return { file: basename(path), sha256: await hashFile(path) };
}

/** Weights that exporters keep beside the graph: its name with _data or .data behind it. */
async function weightsBeside(source: string): Promise<string | undefined> {
  const names = await readdir(dirname(source));
  const found = [`${basename(source)}_data`, `${basename(source)}.data`].find((name) => names.includes(name));
  return found && join(dirname(source), found);
}
