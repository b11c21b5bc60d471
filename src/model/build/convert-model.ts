import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { manifestSchema } from '../manifest/schema.ts';
import type { Manifest } from '../manifest.ts';
import { ModelError } from '../model-error.ts';
import { buildGraph, estimateBytes, GRAPH_FILE } from './build-graph.ts';
import type { BuiltGraph } from './built-graph.ts';
import { describeCard, describeManifest, type Origin } from './describe-model.ts';
import { OUTPUT } from './graph/write-bert.ts';
import type { BuildProgress } from './progress.ts';
import { publishFolder } from './publish-folder.ts';
import { compareTrials, type Quality } from './quality.ts';
import { type FreeBytes, requireSpace } from './require-space.ts';
import type { SourceModel } from './source-model.ts';
import { type Trial, type TrialRows, trialRows, tryGraph } from './trial.ts';

export interface Conversion {
  readonly source: SourceModel;
  readonly origin: Origin;
  readonly name: string;
  readonly int8: boolean;
  /** Must not exist; on the same file system as `target`. */
  readonly staging: string;
  /** Where the finished folder appears. */
  readonly target: string;
  /** Where a folder that is there now stands while it is replaced. */
  readonly replaced: string;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
  readonly free?: FreeBytes;
  /** Aborted, it ends with the signal's reason and leaves nothing. */
  readonly signal?: AbortSignal;
}

export interface ConvertedModel {
  readonly manifest: Manifest;
  readonly bytes: number;
  readonly quality?: Quality;
}

/**
 * Builds a model folder (graph, weights, tokenizer, manifest with golden rows, card), tries it, and makes it visible when
 * all of it is good.
 * @throws ModelError; nothing is left behind then, and a folder of that name stays as it was.
 */
export async function convertModel(conversion: Conversion): Promise<ConvertedModel> {
  const { source, staging, int8 } = conversion;
  await requireSpace(dirname(staging), requiredBytes(source, int8), 'building', conversion.free);
  const rows = await trialRows(source.tokenizer, int8);
  await mkdir(staging, { recursive: true });
  try {
    const exact = await build(conversion, 'fp32', rows);
    const small = int8 ? await build(conversion, 'int8', rows) : undefined;
    const kept = small ?? exact;
    const quality = small && compareTrials(exact, small);
    const model = {
      ...conversion,
      built: kept.built,
      precision: kept.precision,
      exact: exact.trial,
      kept: kept.trial,
      quality,
    };
    const manifest = describeManifest(model);
    manifestSchema.parse(manifest);
    await moveUp(kept.folder, staging, kept.built);
    for (const { folder } of [exact, ...(small ? [small] : [])]) await rm(folder, { recursive: true });
    await writeFile(join(staging, 'tokenizer.json'), source.tokenizer.json);
    await writeFile(join(staging, 'MODEL_CARD.md'), await describeCard(model));
    await writeFile(join(staging, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
    conversion.signal?.throwIfAborted();
    conversion.onProgress?.({ stage: 'publish' });
    await publishFolder(staging, conversion.target, conversion.replaced);
    return { manifest, bytes: kept.bytes, ...(quality && { quality }) };
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new ModelError(`the disk is full: ${staging} could not be written`, error);
    throw error;
  }
}

/** Disk space that building takes. @throws ModelError when it can't be built so. */
export function requiredBytes(source: SourceModel, int8: boolean): number {
  if (int8 && source.content.kind === 'onnx')
    throw new ModelError(`${source.dir} holds an ONNX graph but no weights: --int8 can't be made from it`);
  return estimateBytes(source, false) + (int8 ? estimateBytes(source, true) : 0);
}

interface Build {
  readonly precision: 'fp32' | 'int8';
  readonly folder: string;
  readonly built: BuiltGraph;
  readonly bytes: number;
  readonly trial: Trial;
}

async function build(
  { source, staging, onProgress, signal }: Conversion,
  precision: Build['precision'],
  rows: TrialRows,
): Promise<Build> {
  const folder = join(staging, precision);
  const report = (stage: 'build' | 'measure') => (fraction: number) =>
    onProgress?.({ stage, precision, fraction });
  const reportBuild = report('build');
  const built = await buildGraph(source, folder, precision === 'int8', (fraction) => {
    signal?.throwIfAborted();
    reportBuild(fraction);
  });
  signal?.throwIfAborted();
  const trial = await tryGraph(join(folder, GRAPH_FILE), OUTPUT, rows, {
    onProgress: report('measure'),
    signal,
  });
  return { precision, folder, built, bytes: built.bytes, trial };
}

async function moveUp(from: string, to: string, { graph, data }: BuiltGraph): Promise<void> {
  for (const named of [graph, data]) if (named) await rename(join(from, named.file), join(to, named.file));
}
