import { Registry } from 'prom-client';
import { createPrimaryMetrics } from '../../../src/metrics/primary-metrics.ts';
import { createMetricsLedger } from '../../../src/primary/metrics-ledger.ts';
import { parseExposition } from '../../metrics/parse-exposition.ts';

/** A primary's ledger that takes a malformed push for a failed test. */
export function startLedger() {
  const ledger = createMetricsLedger({
    metrics: createPrimaryMetrics({ slots: [0, 1] }),
    logger: {
      warn: (fields: unknown) => {
        throw new Error(JSON.stringify(fields));
      },
    },
  });
  const scrape = async () =>
    parseExposition(await ledger.render(Registry.OPENMETRICS_CONTENT_TYPE), 'openmetrics');
  return {
    ...ledger,
    scrape,
    requests: async () => (await scrape()).sum('gte_task_requests_total'),
  };
}
