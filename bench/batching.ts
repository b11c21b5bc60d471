// npm run bench:batching: time per text of the batching policy, against one text at a time and against arrival order eight at
// a time, for texts of mixed length waiting in the queue; ratios within one run.
import { readFileSync } from 'node:fs';
import { chooseBatch } from '../src/batching/choose-batch.ts';
import type { Entry } from '../src/batching/queue.ts';
import { loadManifest } from '../src/model/manifest.ts';
import { startThread, type ThreadRow } from '../src/model/start-thread.ts';
import { loadTokenizer } from '../src/model/tokenizer.ts';

const ROUNDS = 5;
const dir = 'models/starter';
const manifest = await loadManifest(dir);
const tokenizer = await loadTokenizer(dir, manifest);
const graph = { path: `${dir}/${manifest.extractor?.file}`, files: [], bytes: 0, digest: '' };
const thread = await startThread({ graphs: { extractor: graph } }, (error) => {
  throw error;
});
const texts = Object.values(JSON.parse(readFileSync('test/fixtures/texts.json', 'utf8')))
  .flat()
  .filter((text): text is string => typeof text === 'string' && text.trim() !== '');
const rows: ThreadRow[] = [];
for (const text of texts) {
  const { ids } = await tokenizer.encode(text);
  if (ids.length > 190) continue;
  rows.push({ sequence: { ids: [tokenizer.cls, ...ids, tokenizer.sep] }, outputs: ['ner'] });
}
const lengthOf = (row: ThreadRow) => row.sequence.ids.length;

function policy(): ThreadRow[][] {
  const request = { ended: false };
  let waiting: Entry<ThreadRow>[] = rows.map((row, turn) => ({
    request,
    lane: 'extractor',
    input: row,
    tokens: lengthOf(row),
    costMs: 0,
    turn,
  }));
  const batches: ThreadRow[][] = [];
  while (waiting.length > 0) {
    const chosen = new Set(chooseBatch(waiting));
    waiting = waiting.filter((entry) => !chosen.has(entry));
    batches.push([...chosen].map(({ input }) => input));
  }
  return batches;
}

const plans: Record<string, ThreadRow[][]> = {
  'one at a time': rows.map((row) => [row]),
  'this policy': policy(),
  'arrival order, 8 at a time': rows.flatMap((_, i) => (i % 8 === 0 ? [rows.slice(i, i + 8)] : [])),
};

const best: Record<string, number> = {};
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, batches] of Object.entries(plans)) {
    const startedAt = performance.now();
    for (const batch of batches) await thread.run('extractor', batch);
    best[name] = Math.min(best[name] ?? Infinity, performance.now() - startedAt);
  }
}
await thread.close();

const lengths = rows.map(lengthOf).sort((a, b) => a - b);
console.log(
  `${rows.length} texts of ${lengths[0]}–${lengths.at(-1)} tokens, median ${lengths[lengths.length >> 1]}; best of ${ROUNDS}`,
);
for (const [name, ms] of Object.entries(best)) {
  const ratio = ms / (best['one at a time'] ?? ms);
  console.log(
    `${name.padEnd(28)} ${plans[name]?.length} batches  ${(ms / rows.length).toFixed(2)} ms a text  ratio ${ratio.toFixed(2)}`,
  );
}
