import { join } from 'node:path';
import type { App, StackContext } from './component.ts';

/** A program of var/tools/bin as a PM2 app that logs to var/log. */
export function binaryApp(
  { paths }: StackContext,
  name: string,
  tool: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): App {
  return {
    name,
    script: join(paths.bin, tool),
    args,
    interpreter: 'none',
    cwd: paths.root,
    exec_mode: 'fork',
    kill_timeout: 20_000,
    merge_logs: true,
    out_file: join(paths.log, `${name}.log`),
    error_file: join(paths.log, `${name}.log`),
    env,
  };
}
