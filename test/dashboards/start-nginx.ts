import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../e2e/service.ts';
import { startTool } from './start-prometheus.ts';

/** Nginx with its status page, and the exporter that reads it; `target` is the exporter's address. */
export async function startNginx(): Promise<{ target: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'gte-nginx-'));
  const [port, exporterPort] = [await freePort(), await freePort()];
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${folder}/${kind};`,
  );
  const config = `pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
daemon off;
events {}
http {
  access_log off;
${temporary.join('\n')}
  server {
    listen 127.0.0.1:${port};
    location = /stub_status { stub_status; }
  }
}
`;
  writeFileSync(join(folder, 'nginx.conf'), config);
  const nginx = startTool('nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')]);
  const exporter = startTool('nginx_exporter', [
    `-nginx.scrape-uri=http://127.0.0.1:${port}/stub_status`,
    `-web.listen-address=127.0.0.1:${exporterPort}`,
    '-nginx.retries=50',
    '-nginx.retry-interval=100ms',
  ]);
  return {
    target: `127.0.0.1:${exporterPort}`,
    async stop() {
      await exporter.stop();
      await nginx.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
