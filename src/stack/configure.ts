import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../errors.ts';
import type { Component, StackContext } from './component.ts';
import { runTool } from './run-tool.ts';
import { writeChanged } from './write-changed.ts';

/**
 * Makes a component's folders, writes its files and has them checked; what is wrong does not stay.
 * @returns whether a file changed
 * @throws StartError with what the check said
 */
export async function configure(component: Component, context: StackContext): Promise<boolean> {
  const { name, files, check, writesLogs } = component;
  const { etc, data, log, run, bin } = context.paths;
  for (const folder of [join(data, name), log, run]) mkdirSync(folder, { recursive: true });
  if (writesLogs) mkdirSync(join(log, name), { recursive: true });
  if (name === 'prometheus') mkdirSync(join(etc, 'prometheus/targets'), { recursive: true });
  const written = writeChanged(join(etc, name), files?.(context) ?? {});
  if (written.changed && check) {
    const [tool, ...args] = check(context.paths);
    const { code, output } = await runTool(join(bin, tool), args);
    if (code !== 0) {
      written.undo();
      throw new StartError(`the configuration of ${name} is wrong:\n${output}`);
    }
  }
  return written.changed;
}
