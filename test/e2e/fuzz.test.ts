import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COLLECTING, PATIENT } from '../fuzz/collected-heap.ts';
import { runFuzz } from '../fuzz/run-fuzz.ts';
import { startService } from './service.ts';

test('When some hundreds of hostile requests are sent, then none gets a 5xx and nothing is left of them', async (t) => {
  const service = await startService({ workers: 1, env: { ...COLLECTING, ...PATIENT } });
  t.after(() => service.stop());
  const report = await runFuzz({ service, apiCases: 300, rawCases: 300 });
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.faults, []);
  assert.ok((report.statuses['200'] ?? 0) > 0 && (report.statuses['400'] ?? 0) > 0, 'both kinds were sent');
});
