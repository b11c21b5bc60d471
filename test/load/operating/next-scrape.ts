import { definitions } from '../../../src/metrics/definitions.ts';
import { until } from '../../e2e/until.ts';
import type { Stack } from './stack.ts';

/** Waits until Prometheus has scraped the service after a moment, and gives when. All times in Unix seconds. */
export const nextScrape = ({ prometheus }: Pick<Stack, 'prometheus'>, after: number): Promise<number> =>
  until('Prometheus scrapes the service', async () => {
    const [newest] = await prometheus.query(`max(timestamp(${definitions.workers.name}))`);
    return newest && newest.value > after ? newest.value : undefined;
  });
