import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { COLLECTING, PATIENT } from '../fuzz/collected-heap.ts';
import { runFuzz } from '../fuzz/run-fuzz.ts';
import { runSchemathesis } from '../fuzz/schemathesis.ts';
import { type Service, startService } from './service.ts';

/** After some hundreds of cases caches still fill and code is still compiled; `npm run fuzz` allows 1.1. */
const HEAP_LIMIT = 1.25;

let service: Service;
before(async () => {
  service = await startService({ workers: 1, env: { ...COLLECTING, ...PATIENT } });
});
after(() => service.stop());

test('When some hundreds of hostile requests are sent, then none gets a 5xx and nothing is left of them', async (t) => {
  const report = await runFuzz({ service, apiCases: 300, rawCases: 300 });
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.faults, []);
  assert.ok((report.statuses['200'] ?? 0) > 0 && (report.statuses['400'] ?? 0) > 0, 'both kinds were sent');
  assert.equal(report.heapRatios.length, 1);
  assert.ok(
    report.heapRatios.every((ratio) => ratio <= HEAP_LIMIT),
    `the heap grew to ${report.heapRatios}`,
  );
});

test('When schemathesis makes requests from the OpenAPI document, then every answer is as that says', async (t) => {
  const { cases, failures } = await runSchemathesis(service.url, 10);
  t.diagnostic(`${cases} cases`);
  assert.deepEqual(failures, []);
  assert.ok(cases >= 100);
});
