import type { Streams } from '../../../src/cli/command.ts';
import { run } from '../../../src/cli/run.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs bin/gte's commands in this process. */
export async function gte(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const streams: Streams = {
    stdout: {
      write(text: string) {
        stdout += text;
        return true;
      },
    },
    stderr: {
      write(text: string) {
        stderr += text;
        return true;
      },
    },
  };
  const code = await run(args, env, streams);
  return { code, stdout, stderr };
}
