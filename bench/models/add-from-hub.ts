// Runs as a process of its own: one `gte model add` from the hub given as the first argument, and what it cost.
import { addModel } from '../../src/model/add-model.ts';
import type { AddFigures } from './add.ts';

const [endpoint, modelsDir = '', int8] = process.argv.slice(2);
const stages: Record<string, number> = {};
let stage = 'fetch';
let since = performance.now();
const startedAt = since;
const enter = (next: string) => {
  const now = performance.now();
  stages[stage] = (stages[stage] ?? 0) + (now - since) / 1000;
  stage = next;
  since = now;
};
const added = await addModel({
  source: 'bench/random',
  modelsDir,
  name: int8 ? 'random-int8' : 'random',
  int8: Boolean(int8),
  replace: true,
  keepDownload: true,
  settings: { huggingFace: { endpoint } },
  signal: new AbortController().signal,
  onProgress(progress) {
    const name = 'precision' in progress ? `${progress.stage} ${progress.precision}` : progress.stage;
    if (name !== stage) enter(name);
  },
});
enter('');
const figures: AddFigures = {
  precision: int8 ? 'int8' : 'fp32',
  dir: added.dir,
  seconds: (performance.now() - startedAt) / 1000,
  stages,
  peakMb: process.resourceUsage().maxRSS / 1024,
  folderMb: added.bytes / 2 ** 20,
  ...(added.quality && { quality: added.quality }),
};
process.send?.(figures);
