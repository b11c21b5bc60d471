import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderNginx } from '../../src/stack/render-nginx.ts';
import { loadStackSettings } from '../../src/stack/settings.ts';
import { freePort } from '../../test/e2e/service.ts';
import { until } from '../../test/e2e/until.ts';
import type { Run } from '../experiment.ts';
import type { Endpoints } from './start-cluster.ts';
import { toolPath } from './tools.ts';

/** A real nginx with the configuration of nginx/ in front of the slot sockets, on a free port. */
export async function startNginx(
  run: Run,
  { dir, runDir }: Endpoints,
  { workers = 2, deadlineMs = 10_000, drainMs = 15_000 } = {},
): Promise<{ readonly url: string }> {
  const home = join(dir, 'nginx-run');
  const folders = { runDir: join(home, 'run'), logDir: join(home, 'log'), stateDir: join(home, 'state') };
  for (const folder of [...Object.values(folders), join(home, 'etc')])
    await mkdir(folder, { recursive: true });
  const port = await freePort();
  const settings = loadStackSettings({
    NGINX_PORT: String(port),
    NGINX_STATUS_PORT: String(await freePort()),
    NGINX_TLS_PORT: String(await freePort()),
  });
  const service = { host: '127.0.0.1', port: 1, workers, deadlineMs, drainMs, runDir };
  const files = renderNginx({ service }, settings, folders, { asRoot: process.getuid?.() === 0 });
  for (const [name, content] of Object.entries(files)) await writeFile(join(home, 'etc', name), content);

  const args = ['-g', 'daemon off;', '-p', home, '-c', join(home, 'etc/nginx.conf')];
  const child = spawn(await toolPath('nginx'), [...args, '-e', join(folders.logDir, 'error.log')], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  run.onEnd(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const url = `http://127.0.0.1:${port}`;
  await until('nginx answers', async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok, 10_000);
  return { url };
}
