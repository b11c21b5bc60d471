import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addModel } from '../../src/model/add-model.ts';
import { cosine } from '../../src/model/build/measure/compare-vectors.ts';
import { measureGraph } from '../../src/model/build/measure/measure-graph.ts';
import { measuringTexts } from '../../src/model/build/measure/sentences.ts';
import type { Quality } from '../../src/model/build/quality.ts';
import { tokenRows } from '../../src/model/build/token-rows.ts';
import { layOutBge } from './bge-folder.ts';
import type { PublishedBge } from './published-bge.ts';

const TEXTS = 200;
const DIMENSIONS = 512;

export interface BgeFigures {
  readonly texts: number;
  /** Of a component, between the published export and our build. */
  readonly rows: readonly {
    readonly from: 'weights' | 'graph';
    readonly precision: 'fp32' | 'int8';
    readonly largestDifference: number;
    readonly leastCosine: number;
  }[];
  readonly quality: Quality | undefined;
}

/**
 * Turns the published export of bge-small-zh-v1.5 back into the repository that it was made from, adds that as a user would,
 * and compares the vectors of texts.
 */
export async function compareBge({ onnxPath, tokenizerPath }: PublishedBge): Promise<BgeFigures> {
  const dir = await mkdtemp(join(tmpdir(), 'gte-bge-'));
  try {
    await layOutBge(dir, onnxPath, tokenizerPath);
    const json = await readFile(tokenizerPath, 'utf8');
    const ids = await tokenRows({ json, maxTokens: 512 }, measuringTexts(TEXTS));
    // The export has no pooled output: token 0 of each text, scaled to length 1.
    const exported = await measureGraph(onnxPath, 'last_hidden_state', ids);
    const expected = exported.vectors.map((hidden) => {
      const first = hidden.subarray(0, DIMENSIONS);
      const length = Math.hypot(...first);
      return first.map((value) => value / length);
    });
    const rows: BgeFigures['rows'][number][] = [];
    let quality: Quality | undefined;
    for (const [from, precision] of [
      ['weights', 'fp32'],
      ['graph', 'fp32'],
      ['weights', 'int8'],
    ] as const) {
      const added = await addModel({
        source: join(dir, from),
        modelsDir: join(dir, 'models'),
        int8: precision === 'int8',
        settings: {},
        signal: new AbortController().signal,
      });
      quality = added.quality ?? quality;
      const { vectors } = await measureGraph(join(added.dir, 'model.onnx'), 'sentence_embedding', ids);
      rows.push({ from, precision, ...compare(vectors, expected) });
    }
    return { texts: ids.length, rows, quality };
  } finally {
    await rm(dir, { recursive: true });
  }
}

function compare(vectors: readonly Float32Array[], expected: readonly Float32Array[]) {
  if (vectors.some(({ length }) => length !== DIMENSIONS))
    throw new Error(`a vector is not ${DIMENSIONS} long`);
  const pairs = expected.map((exact, i) => [exact, vectors[i] as Float32Array] as const);
  const differences = pairs.map(([exact, ours]) =>
    exact.reduce((largest, value, k) => Math.max(largest, Math.abs(value - (ours[k] as number))), 0),
  );
  return {
    largestDifference: Math.max(...differences),
    leastCosine: Math.min(...pairs.map(([exact, ours]) => cosine(exact, ours))),
  };
}
