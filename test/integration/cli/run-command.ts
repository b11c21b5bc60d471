import type { Streams } from '../../../src/cli/command.ts';
import { run } from '../../../src/cli/run.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Caller {
  /** Standard error is a terminal so many cells wide. */
  readonly columns?: number;
  /** Ctrl-C. */
  readonly interrupted?: AbortSignal;
}

/** Runs bin/gte's commands in this process. */
export async function gte(
  args: readonly string[],
  env: Record<string, string> = {},
  { columns, interrupted }: Caller = {},
): Promise<Ended> {
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
      ...(columns !== undefined && { isTTY: true, columns }),
      write(text: string) {
        stderr += text;
        return true;
      },
    },
    ...(interrupted && { interrupted }),
  };
  const code = await run(args, env, streams);
  return { code, stdout, stderr };
}
