import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../test/e2e/service.ts';
import { until } from '../../test/e2e/until.ts';
import type { Run } from '../experiment.ts';
import type { Endpoints } from './start-cluster.ts';
import { toolPath } from './tools.ts';

export interface Nginx {
  readonly url: string;
  readonly process: ChildProcess;
}

/** A real nginx in front of the slot sockets, on a free port. */
export async function startNginx(run: Run, { dir, runDir }: Endpoints, workers = 2): Promise<Nginx> {
  const prefix = join(dir, 'nginx-run');
  await mkdir(prefix);
  const port = await freePort();
  await writeFile(join(prefix, 'nginx.conf'), config({ prefix, port, runDir, workers }));
  const child = spawn(await toolPath('nginx'), ['-p', prefix, '-c', 'nginx.conf', '-e', 'error.log'], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  run.onEnd(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const url = `http://127.0.0.1:${port}`;
  await until('nginx answers', async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok, 10_000);
  return { url, process: child };
}

function config(at: { prefix: string; port: number; runDir: string; workers: number }): string {
  const servers = Array.from(
    { length: at.workers },
    (_, slot) => `server unix:${join(at.runDir, `slot-${slot}.sock`)} max_fails=0;`,
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(at.prefix, kind)};`,
  );
  return `
daemon off; master_process on; worker_processes 1; user root;
pid nginx.pid; error_log error.log warn;
events { worker_connections 8192; }
http {
  access_log off; ${temporary.join(' ')}
  upstream gte { least_conn; ${servers.join(' ')} keepalive 64; keepalive_timeout 10s; }
  server {
    listen 127.0.0.1:${at.port} backlog=4096;
    keepalive_requests 1000000;
    location / {
      proxy_pass http://gte; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
      proxy_next_upstream error timeout; proxy_connect_timeout 2s; proxy_read_timeout 60s;
    }
  }
}`;
}
