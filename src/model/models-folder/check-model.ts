import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cosine } from '../build/measure/compare-vectors.ts';
import { measureGraph, readOutputNames } from '../build/measure/measure-graph.ts';
import { tokenRows } from '../build/token-rows.ts';
import { loadManifest, type Manifest, verifyFiles } from '../manifest.ts';

/** What a check found; `problems` is empty when all is well. */
export interface ModelCheck {
  readonly manifest: Manifest;
  /** Golden rows that were asked: those about two texts' nearness. The others are asked by each worker at its start. */
  readonly rowsAsked: number;
  readonly rowsTotal: number;
  readonly widestDifference: number;
  readonly problems: readonly string[];
}

/**
 * Compares a model's files with their hashes, opens its graphs, and asks the golden rows that the encoder alone answers.
 * @throws StartError or ModelError when a file is missing, damaged or can't be opened.
 */
export async function checkModel(dir: string): Promise<ModelCheck> {
  const manifest = await loadManifest(dir);
  await verifyFiles(dir, manifest);
  const problems: string[] = [];
  if (manifest.extractor) await readOutputNames(join(dir, manifest.extractor.file));
  const { rows, score_tolerance, rows_may_differ } = manifest.golden;
  const asked = manifest.encoder ? rows.filter((row) => row.task === 'similarity') : [];
  const different: string[] = [];
  let widest = 0;
  if (manifest.encoder) {
    const { file, output } = manifest.encoder;
    const json = await readFile(join(dir, manifest.tokenizer.file), 'utf8');
    const texts = asked.flatMap(({ texts }) => texts);
    const ids = await tokenRows({ json, maxTokens: manifest.tokenizer.max_tokens }, texts);
    const { vectors } = await measureGraph(join(dir, file), output, ids);
    asked.forEach(({ texts, answer }, i) => {
      const score = cosine(vectors[2 * i] as Float32Array, vectors[2 * i + 1] as Float32Array);
      const off = Math.abs(score - answer);
      widest = Math.max(widest, off);
      if (!(off <= score_tolerance))
        different.push(`“${texts[0]}” and “${texts[1]}”: ${score.toFixed(4)} instead of ${answer}`);
    });
  }
  if (different.length > rows_may_differ) problems.push(...different);
  return { manifest, rowsAsked: asked.length, rowsTotal: rows.length, widestDifference: widest, problems };
}
