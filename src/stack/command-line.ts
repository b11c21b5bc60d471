import { resolve } from 'node:path';
import type { App } from './component.ts';

/** How a shell, or systemd's ExecStart= behind `env`, starts an app as PM2 would. */
export function commandLine({ script, args, cwd, interpreter, node_args, env }: App): string {
  const settings = Object.entries((env ?? {}) as Record<string, string>).map(
    ([name, value]) => `${name}=${value}`,
  );
  const path = resolve(String(cwd), script);
  const program = interpreter === 'none' ? [path] : ['node', String(node_args), path];
  const words = [...(settings.length > 0 ? ['env', ...settings] : []), ...program, ...args];
  return words.map(quoted).join(' ');
}

const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
