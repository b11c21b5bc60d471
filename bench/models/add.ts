// node --import ./test/typescript.mjs bench/models/add.ts [large|base|small] [folder]: time and peak memory of `gte model add`
// of a random model, from a local stand-in hub, as fp32 and as int8. What was made stays in the folder.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startFolderHub } from './folder-hub.ts';
import { type Shape, writeRandomModel } from './random-model.ts';

const [shape = 'large', folder] = process.argv.slice(2) as [Shape?, string?];
const dir = folder === undefined ? await mkdtemp(join(tmpdir(), 'gte-random-')) : resolve(folder);
const source = join(dir, 'source');
const made = await access(join(source, 'model.safetensors')).then(
  () => true,
  () => false,
);
if (!made) {
  const starter = JSON.parse(await readFile('models/starter/tokenizer.json', 'utf8'));
  const words = Object.entries(starter.model.vocab as Record<string, number>).sort(([, a], [, b]) => a - b);
  const startedAt = performance.now();
  const bytes = await writeRandomModel(
    source,
    shape,
    words.map(([word]) => word),
  );
  console.log(
    `random ${shape}: ${(bytes / 1e6).toFixed(0)} MB written in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
  );
}
const hub = await startFolderHub(source, 'bench/random');
for (const int8 of [false, true]) {
  const child = fork(join(import.meta.dirname, 'add-from-hub.ts'), [
    hub.url,
    join(dir, 'models'),
    ...(int8 ? ['int8'] : []),
  ]);
  const [result] = await once(child, 'message');
  console.log(JSON.stringify({ int8, ...result }, null, 1));
}
hub.close();
console.log(dir);
