import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './cluster/private-build.ts';

/** Runs a command in the checkout → its exit code and what it printed. */
export async function runToEnd(
  command: string,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  const [code] = await once(child, 'close');
  return { code: code ?? 1, output };
}
