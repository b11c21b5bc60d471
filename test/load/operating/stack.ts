import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdmin } from '../../../src/cli/sources/admin.ts';
import { createPrometheus } from '../../../src/cli/sources/prometheus.ts';
import { loadConfig } from '../../../src/config.ts';
import { loadStackSettings } from '../../../src/stack/settings.ts';
import { root } from '../../e2e/service.ts';
import { folder } from './recorder.ts';

export const model = join(folder, 'model');

export const putStarterModel = () => cpSync(join(root, 'models/starter'), model, { recursive: true });

/** The stack as it ships, by its own scripts, under a PM2, data and a copy of the model of its own. */
export function createStack() {
  const pm2Home = mkdtempSync(join(tmpdir(), 'gte-record-'));
  const stackDir = join(folder, 'stack');
  const env: Record<string, string | undefined> = {
    ...process.env,
    PM2_HOME: pm2Home,
    STACK_DIR: stackDir,
    GTE_MODEL_DIR: model,
  };
  const settings = loadStackSettings(env);
  const { metrics } = loadConfig(env);
  const script = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: root, env, stdio: 'inherit' }).status === 0;
  return {
    env,
    origin: `http://127.0.0.1:${settings.NGINX_PORT}`,
    accessLog: join(stackDir, 'log/nginx/access.log'),
    admin: createAdmin(`http://127.0.0.1:${metrics.port}`, env.GTE_METRICS_TOKEN),
    prometheus: createPrometheus(`http://127.0.0.1:${settings.PROMETHEUS_PORT}`),
    start(): void {
      rmSync(stackDir, { recursive: true, force: true });
      putStarterModel();
      if (!script('bash', 'ops/start.sh', '--without', 'grafana')) throw new Error('the stack did not start');
    },
    reload(): void {
      if (!script('bash', 'ops/reload.sh')) throw new Error('the reload failed');
    },
    stop(): void {
      script('bash', 'ops/stop.sh');
      script('node_modules/.bin/pm2', 'kill');
      rmSync(pm2Home, { recursive: true, force: true });
    },
  };
}

export type Stack = ReturnType<typeof createStack>;
