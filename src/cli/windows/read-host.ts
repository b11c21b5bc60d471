import type { Prometheus } from '../sources/prometheus.ts';
import { blockIncreases } from './block-increases.ts';
import { type HostWindow, sum } from './window.ts';

const IDLE = new Set(['idle', 'iowait']);
/** Counted in user and nice already. */
const CONTAINED = new Set(['guest', 'guest_nice']);

/** CPU of the whole host, from node exporter; undefined without one. */
export async function readHost(
  prometheus: Prometheus,
  start: number,
  end: number,
): Promise<HostWindow | undefined> {
  const seconds = Math.round((end - start) * 1000) / 1000;
  const series = await prometheus.queryRange('node_cpu_seconds_total', start, end, seconds);
  const cpus = new Set(series.map(({ labels }) => `${labels.instance} ${labels.cpu}`));
  if (cpus.size === 0) return undefined;
  const increase = (keep: (mode: string) => boolean) =>
    sum(
      series
        .filter(({ labels }) => keep(labels.mode ?? ''))
        .flatMap((one) => blockIncreases(one, [start, end], () => false)),
    );
  return {
    cores: cpus.size,
    busy: increase((mode) => mode !== 'steal' && !IDLE.has(mode) && !CONTAINED.has(mode)),
    stolen: increase((mode) => mode === 'steal'),
  };
}
