import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Prometheus } from '../../../src/cli/sources/prometheus.ts';
import { readHost } from '../../../src/cli/windows/read-host.ts';

/** CPU seconds that each of two cores spent in a mode during the window. */
function nodeExporter(modes: Readonly<Record<string, number>>): Prometheus {
  return {
    url: 'http://prometheus',
    query: async () => [],
    queryRange: async (_, start, end) =>
      ['0', '1'].flatMap((cpu) =>
        Object.entries(modes).map(([mode, seconds]) => ({
          labels: { instance: 'host:9100', cpu, mode },
          points: new Map([
            [start, 1000],
            [end, 1000 + seconds],
          ]),
        })),
      ),
    alerts: async () => [],
  };
}

test('When a node exporter tells of the host, then idling is no work, guests count once, and theft stands apart', async () => {
  const modes = {
    user: 20,
    nice: 3,
    system: 5,
    irq: 1,
    softirq: 1,
    guest: 7,
    guest_nice: 2,
    idle: 25,
    iowait: 4,
    steal: 1,
  };
  assert.deepEqual(await readHost(nodeExporter(modes), 100, 160), { cores: 2, busy: 60, stolen: 2 });
});

test('When there is no node exporter, then nothing is claimed of the host', async () => {
  assert.equal(await readHost(nodeExporter({}), 100, 160), undefined);
});
