import { fetchModel } from '../../../src/model/hub/fetch-model.ts';

// Fetches org/tiny from the hub given as the first argument into the folder given as the second.
const [endpoint, downloads = ''] = process.argv.slice(2);
await fetchModel({
  source: { kind: 'hugging-face', id: 'org/tiny', revision: undefined },
  downloads,
  settings: { huggingFace: { endpoint } },
  signal: new AbortController().signal,
  segmentBytes: 2 << 20,
  retryMs: 1,
});
process.send?.('done');
