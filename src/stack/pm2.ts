import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Pm2App {
  readonly name: string;
  readonly pid: number;
  readonly status: string;
}

export type Pm2 = ReturnType<typeof createPm2>;

/** The user's own PM2, by its command line. */
export function createPm2(root: string) {
  const pm2 = async (...args: string[]) => {
    const command = join(root, 'node_modules/.bin/pm2');
    return (await run(command, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 })).stdout;
  };
  return {
    async list(): Promise<Pm2App[]> {
      const said = await pm2('jlist');
      // A line of greeting comes first when PM2's daemon was not running.
      const apps = JSON.parse(said.slice(said.search(/\[(\{|\])/))) as {
        name: string;
        pid: number;
        pm2_env: { status: string };
      }[];
      return apps.map(({ name, pid, pm2_env }) => ({ name, pid, status: pm2_env.status }));
    },
    start: (file: string, app: string) => pm2('start', file, '--only', app),
    delete: (app: string) => pm2('delete', app),
    signal: (signal: string, app: string) => pm2('sendSignal', signal, app),
  };
}
