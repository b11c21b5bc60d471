import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../test/e2e/until.ts';
import type { Run } from '../experiment.ts';
import { processesIn } from '../watch/process-info.ts';
import type { LogLine } from './log-reader.ts';
import { privateCheckout } from './private-build.ts';
import { type Endpoints, endpoints, freeSettings } from './start-cluster.ts';

export interface Pm2Service extends Endpoints {
  /** Runs a pm2 command to its end. */
  pm2(...args: string[]): Promise<string>;
  /** Environment of pm2 and of the ops scripts. */
  readonly env: Readonly<Record<string, string>>;
  /** Pid of the primary; 0 when it does not run. */
  primaryPid(): Promise<number>;
  ready(): Promise<void>;
  logs(): Promise<LogLine[]>;
}

interface Pm2App {
  readonly pid: number;
}

/** The service under a PM2 daemon of its own. */
export async function startPm2(run: Run, { workers = 2, env = {} } = {}): Promise<Pm2Service> {
  const dir = await privateCheckout(run);
  await mkdir(join(dir, 'var/log'), { recursive: true });
  const home = await mkdtemp(join(tmpdir(), 'gte-chaos-pm2-'));
  const settings = { ...(await freeSettings(dir, workers)), ...env, PM2_HOME: home, HOME: home };
  const pm2: Pm2Service['pm2'] = async (...args) => {
    const command = join(dir, 'node_modules/.bin/pm2');
    return (await promisify(execFile)(command, args, { cwd: home, env: settings })).stdout;
  };
  run.onEnd(async () => {
    for (const pid of processesIn(dir)) process.kill(pid, 'SIGCONT');
    await pm2('kill');
    for (const pid of processesIn(dir)) process.kill(pid, 'SIGKILL');
    await rm(home, { recursive: true, force: true });
  });
  const service = endpoints(dir, settings);
  const apps = async () => JSON.parse((await pm2('jlist')).split('\n').at(-1) || '[]') as Pm2App[];
  const self: Pm2Service = {
    ...service,
    pm2,
    env: settings,
    primaryPid: async () => (await apps())[0]?.pid ?? 0,
    async ready() {
      await until(
        'all workers are ready',
        async () => {
          const rows = await service.workers().catch(() => []);
          return rows.length === workers && rows.every(({ state }) => state === 'ready');
        },
        60_000,
      );
    },
    async logs() {
      const text = await readFile(join(dir, 'var/log/gte-serve.log'), 'utf8');
      return text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
    },
  };
  await pm2('start', join(dir, 'ecosystem.config.js'));
  await self.ready();
  return self;
}
