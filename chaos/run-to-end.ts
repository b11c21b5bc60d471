import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './cluster/private-build.ts';
import type { Run } from './experiment.ts';

/** Runs a command in the checkout → its exit code and what it printed. Given up, it is ended with all that it started. */
export async function runToEnd(
  run: Run,
  command: string,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  run.onEnd(() => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGTERM');
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  const [code] = await once(child, 'close');
  return { code: code ?? 1, output };
}
