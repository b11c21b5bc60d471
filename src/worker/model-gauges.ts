import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import type { Manifest } from '../model/manifest.ts';

/** A graph's name in metrics. */
export const graphName = (manifest: Manifest, graph: string) => `${manifest.name}/${graph}`;

/** Says in the metrics which graphs are loaded, and how long that took. */
export function setModelGauges(metrics: WorkerMetrics, manifest: Manifest, loadSeconds: number): void {
  for (const graph of ['extractor', 'encoder'] as const) {
    const described = manifest[graph];
    if (!described) continue;
    const labels = {
      model: graphName(manifest, graph),
      version: manifest.version,
      engine: `onnxruntime-node ${described.precision}`,
    };
    metrics.modelInfo.set(labels, 1);
    metrics.modelLoadSeconds.set(labels, loadSeconds);
  }
}
