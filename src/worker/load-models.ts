import type { Config } from '../config.ts';
import { StartError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import { extractorRows } from '../model/combine-manifests.ts';
import { createEngine, type ModelFolder, type RunningEngine } from '../model/create-engine.ts';
import { loadManifest, type Manifest, verifyFiles } from '../model/manifest.ts';
import { checkGolden } from '../tasks/golden.ts';
import { createTasks } from '../tasks/index.ts';
import { createPredictor, type Predictor } from '../tasks/predictor.ts';
import type { TaskOrReason } from '../tasks/task.ts';
import { graphName, setModelGauges } from './model-gauges.ts';
import { observeBatches } from './observe-batches.ts';

export interface Models {
  readonly engine: RunningEngine;
  readonly tasks: readonly TaskOrReason[];
  readonly predictor: Predictor;
  /** The folder of GTE_ENCODER_DIR, where that is set. */
  readonly encoder: Manifest | undefined;
}

/**
 * Loads the model folders, compares their files with their hashes and their answers with their golden rows.
 * @throws StartError naming what is wrong.
 */
export async function loadModels(
  { dir, encoderDir, cacheDir, queueTokens, queueMs }: Config['model'],
  { metrics, logger, onExit }: { metrics: WorkerMetrics; logger: Logger; onExit: (reason: Error) => void },
): Promise<Models> {
  const model = await openFolder(dir);
  const encoder = encoderDir === undefined ? undefined : await openFolder(encoderDir);
  if (encoder && !encoder.manifest.encoder)
    throw new StartError(`${encoder.dir} (GTE_ENCODER_DIR) has no encoder`);
  const folders = encoder ? [model, encoder] : [model];
  const verified = Promise.all(folders.map((folder) => verifyFiles(folder.dir, folder.manifest)));
  verified.catch(() => undefined); // awaited below
  const ownerOf = (graph: string) => (graph === 'encoder' && encoder ? encoder : model).manifest;
  const engine = await createEngine({
    ...model,
    encoder,
    cacheDir,
    queueTokens,
    queueMs,
    observer: observeBatches(metrics, (lane) => graphName(ownerOf(lane), lane)),
    onExit,
  }).finally(() => verified); // of both complaints about a damaged file, the one that names it
  for (const { graph, copy, problem } of engine.sharing) {
    if (copy)
      logger.info(
        { graph, ...copy },
        copy.made ? 'copy of the graph made for this host' : 'copy of the graph found',
      );
    else logger.warn({ graph, problem }, 'no copy for this host: each worker holds its own weights');
  }
  const tasks = createTasks(engine.manifest);
  const predictor = createPredictor(tasks, engine);
  const { golden } = model.manifest;
  const rows = encoder ? extractorRows(model.manifest) : golden.rows;
  await requireGolden(
    predictor,
    { ...model, manifest: { ...model.manifest, golden: { ...golden, rows } } },
    logger,
  );
  if (encoder) await requireGolden(predictor, encoder, logger);
  for (const graph of ['extractor', 'encoder'] as const)
    setModelGauges(metrics, ownerOf(graph), graph, engine.loadSeconds);
  return { engine, tasks, predictor, encoder: encoder?.manifest };
}

const openFolder = async (dir: string): Promise<ModelFolder> => ({ dir, manifest: await loadManifest(dir) });

async function requireGolden(
  predictor: Predictor,
  { dir, manifest }: ModelFolder,
  logger: Logger,
): Promise<void> {
  const { passed, different } = await checkGolden(predictor, manifest);
  if (!passed)
    throw new StartError(`${dir} answers otherwise than its manifest promises: ${different.join('; ')}`);
  if (different.length > 0)
    logger.warn({ dir, different }, 'golden rows differ, within what the manifest allows');
}
