import assert from 'node:assert/strict';
import { test } from 'node:test';
import { negotiateMetrics } from '../../../src/primary/negotiate-metrics.ts';

const openMetrics = [
  // Prometheus 2.42
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
  // Prometheus 3
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  'application/openmetrics-text',
  'Application/OpenMetrics-Text ; Q=0.5, text/plain;q=0.5',
];
const text = [
  undefined,
  '',
  '*/*',
  'text/html,*/*;q=0.8',
  'text/plain',
  'text/plain,application/openmetrics-text;q=0.2',
  'application/openmetrics-text;q=0',
  'application/openmetrics-text;q=x',
];

for (const accept of openMetrics) {
  test(`When the client accepts ${accept}, then it gets OpenMetrics`, () => {
    assert.match(negotiateMetrics(accept), /^application\/openmetrics-text; version=1\.0\.0/);
  });
}

for (const accept of text) {
  test(`When the client accepts ${accept ?? 'nothing in particular'}, then it gets the text format`, () => {
    assert.match(negotiateMetrics(accept), /^text\/plain; version=0\.0\.4/);
  });
}
