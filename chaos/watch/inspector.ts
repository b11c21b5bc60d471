import { once } from 'node:events';
import { WebSocket } from 'undici';
import { until } from '../../test/e2e/until.ts';
import type { Cluster } from '../cluster/start-cluster.ts';

/** Below the ports that systems give out by themselves, which may be taken at any moment. */
const PORTS = { from: 10_000, count: 20_000 };

/** What the cluster must be started with: node:cluster counts up from this port, one for each worker. */
export function inspectable(nodeOptions = ''): Record<string, string> {
  const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
  return { NODE_OPTIONS: `--inspect-port=${port} ${nodeOptions}` };
}

/**
 * Runs JavaScript on the main thread of a living process, from outside: no hook in the service is needed.
 * Resolves when the process has been told, since an endless loop never answers.
 */
export async function evaluateIn(cluster: Cluster, pid: number, expression: string): Promise<void> {
  const known = new Set(listening(cluster));
  process.kill(pid, 'SIGUSR1');
  const url = await until('the inspector listens', () => listening(cluster).find((line) => !known.has(line)));
  const socket = new WebSocket(url);
  await once(socket, 'open');
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
  await until('the expression is on its way', () => socket.bufferedAmount === 0);
  socket.addEventListener('error', () => undefined);
}

function listening({ logs }: Cluster): string[] {
  return logs.lines.flatMap(
    ({ text }) => /^Debugger listening on (ws:\S+)/.exec(String(text ?? ''))?.[1] ?? [],
  );
}
