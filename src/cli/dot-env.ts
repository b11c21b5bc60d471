import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from './command.ts';

/** The lines that ops/lib/node.sh takes too. */
const LINE = /^((?:GTE|NGINX|PROMETHEUS|ALERTMANAGER|NODE_EXPORTER|GRAFANA|RELAY|STACK)_[A-Z_]+)=(.*)$/gm;

/** The environment, and what it does not have from the checkout's .env: the settings with which ops/start.sh started. */
export function withDotEnv(env: Env, root: string): Env {
  let text: string;
  try {
    text = readFileSync(join(root, '.env'), 'utf8');
  } catch {
    return env;
  }
  return { ...Object.fromEntries([...text.matchAll(LINE)].map(([, name, value]) => [name, value])), ...env };
}
