import type { Manifest } from './manifest.ts';

/** What two model folders offer together: the extractor of the first, the encoder of the second. */
export function combineManifests(model: Manifest, encoder: Manifest | undefined): Manifest {
  if (!encoder) return model;
  return {
    ...model,
    encoder: encoder.encoder,
    labels: encoder.labels ?? model.labels,
    golden: { ...model.golden, rows: [...extractorRows(model), ...encoder.golden.rows] },
  };
}

/** The golden rows that need no encoder. */
export function extractorRows(manifest: Manifest): Manifest['golden']['rows'] {
  return manifest.golden.rows.filter(
    (row) => row.task !== 'similarity' && row.task !== 'embedding' && !('labels' in row),
  );
}
