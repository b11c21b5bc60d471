import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import type { Manifest } from '../model/manifest.ts';

/** A graph's name in metrics. */
export const graphName = (manifest: Manifest, graph: string) => `${manifest.name}/${graph}`;

/** Says in the metrics that a graph is loaded, where the folder has it, and how long loading took. */
export function setModelGauges(
  metrics: WorkerMetrics,
  manifest: Manifest,
  graph: 'extractor' | 'encoder',
  loadSeconds: number,
): void {
  const described = manifest[graph];
  if (!described) return;
  const labels = {
    model: graphName(manifest, graph),
    version: manifest.version,
    engine: `onnxruntime-node ${described.precision}`,
  };
  metrics.modelInfo.set(labels, 1);
  metrics.modelLoadSeconds.set(labels, loadSeconds);
}
