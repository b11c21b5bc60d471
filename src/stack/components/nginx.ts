import { join } from 'node:path';
import { binaryApp } from '../binary-app.ts';
import type { Component, StackContext } from '../component.ts';
import { pathThrough, type StackPaths } from '../paths.ts';
import { renderNginx } from '../render-nginx.ts';

const argsOf = ({ etc, data, log }: StackPaths) => [
  '-p',
  join(data, 'nginx'),
  '-c',
  join(etc, 'nginx/nginx.conf'),
  '-e',
  join(log, 'nginx/error.log'),
];

export const nginx: Component = {
  name: 'nginx',
  needs: ['service'],
  tools: ['nginx'],
  writesLogs: true,
  rereads: true,
  ports: (s) => ({
    NGINX_PORT: s.NGINX_PORT,
    NGINX_STATUS_PORT: s.NGINX_STATUS_PORT,
    ...(s.NGINX_TLS_CERT === undefined ? {} : { NGINX_TLS_PORT: s.NGINX_TLS_PORT }),
  }),
  files: ({ config, settings, paths }: StackContext) =>
    renderNginx(
      { service: { ...config.service, runDir: pathThrough(paths.root, config.service.runDir) } },
      {
        ...settings,
        NGINX_TLS_CERT: settings.NGINX_TLS_CERT && pathThrough(paths.root, settings.NGINX_TLS_CERT),
        NGINX_TLS_KEY: settings.NGINX_TLS_KEY && pathThrough(paths.root, settings.NGINX_TLS_KEY),
      },
      { runDir: paths.run, logDir: join(paths.log, 'nginx'), stateDir: join(paths.data, 'nginx') },
      { asRoot: process.getuid?.() === 0 },
    ),
  check: (paths) => ['nginx', '-t', '-q', ...argsOf(paths)],
  app: (context) => ({
    ...binaryApp(context, 'gte-nginx', 'nginx', ['-g', 'daemon off;', ...argsOf(context.paths)]),
    // SIGQUIT ends it once all is answered; without this PM2 would start it again.
    stop_exit_codes: [0],
  }),
  quits: true,
  ready: (s) => `http://127.0.0.1:${s.NGINX_STATUS_PORT}/nginx_status`,
};
