import { capacityModels, writeCapacity } from '../../src/capacity-file.ts';
import { scrape } from './service.ts';

/** Leaves a result as if `gte capacity` had measured the running service with its two workers. */
export async function keepCapacity(path: string, metricsUrl: string, perSecond = 100): Promise<void> {
  const exposition = await scrape(metricsUrl);
  const info = exposition.samples.filter(({ name }) => name === 'gte_model_info');
  writeCapacity(path, {
    measured_at: new Date().toISOString(),
    workers: 2,
    models: capacityModels(info.map(({ labels }) => labels)),
    objective: { p95_seconds: 2, error_ratio: 0.01 },
    sustainable: { mix: perSecond },
  });
}
