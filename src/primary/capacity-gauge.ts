import { statSync } from 'node:fs';
import { type CapacityFile, capacityModels, readCapacity } from '../capacity-file.ts';
import type { Logger } from '../logger.ts';
import { definitions } from '../metrics/definitions.ts';
import type { MetricJson } from '../metrics/metric-json.ts';

const INTERVAL_MS = 5000;

export interface CapacityGaugeOptions {
  readonly file: string;
  /** Workers that are meant to run. */
  readonly workers: number;
  readonly gauge: { reset(): void; set(labels: { workload: string }, value: number): void };
  /** What the service says of itself; its gte_model_info tells what is loaded. */
  readonly metrics: () => Promise<readonly (readonly MetricJson[])[]>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly intervalMs?: number;
}

/**
 * Exports what `gte capacity` found last, within seconds of it. A result for another number of workers or another model
 * says nothing of these: it is left out.
 */
export function createCapacityGauge(options: CapacityGaugeOptions) {
  const { file, workers, gauge, metrics, logger, intervalMs = INTERVAL_MS } = options;
  let readAt: number | undefined;
  let measured: CapacityFile | undefined;
  let shown = '{}';
  let timer: NodeJS.Timeout | undefined;

  function read(): void {
    const changedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (changedAt === readAt) return;
    readAt = changedAt;
    measured = changedAt === undefined ? undefined : readCapacity(file);
    if (changedAt !== undefined && !measured)
      logger.warn({ file }, 'capacity file is unreadable: run gte capacity again');
  }

  async function refresh(): Promise<void> {
    read();
    const loaded = (await metrics())
      .flat()
      .filter(({ name }) => name === definitions.modelInfo.name)
      .flatMap(({ values }) => values.map(({ labels }) => labels));
    const fits = measured?.workers === workers && String(measured.models) === String(capacityModels(loaded));
    const sustainable = fits && measured ? measured.sustainable : {};
    const next = JSON.stringify(sustainable);
    if (next === shown) return;
    shown = next;
    gauge.reset();
    for (const [workload, rate] of Object.entries(sustainable)) gauge.set({ workload }, rate);
  }

  const refreshOrWarn = () =>
    void refresh().catch((err) => logger.warn({ err, file }, "capacity file can't be read"));
  return {
    start() {
      refreshOrWarn();
      timer ??= setInterval(refreshOrWarn, intervalMs).unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
