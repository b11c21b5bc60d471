import type { Cluster } from '../cluster/start-cluster.ts';
import { processesIn, residentBytes } from './process-info.ts';

const SAMPLE_MS = 500;

/** Resident bytes of the primary and its workers together, again and again until `stop`, which gives all samples. */
export function sampleMemory({ dir }: Cluster): { stop(): number[] } {
  const samples: number[] = [];
  const take = () => samples.push(processesIn(dir).reduce((sum, pid) => sum + residentBytes(pid), 0));
  take();
  const timer = setInterval(take, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return samples;
    },
  };
}
