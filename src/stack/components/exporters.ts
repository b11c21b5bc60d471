import { hostAndPort, reachedAt } from '../../host-and-port.ts';
import { binaryApp } from '../binary-app.ts';
import type { Component } from '../component.ts';

export const nodeExporter: Component = {
  name: 'node-exporter',
  needs: ['prometheus'],
  tools: ['node_exporter'],
  ports: ({ NODE_EXPORTER_PORT }) => ({ NODE_EXPORTER_PORT }),
  app: (context) =>
    binaryApp(context, 'gte-node-exporter', 'node_exporter', [
      `--web.listen-address=${hostAndPort(context.settings.NODE_EXPORTER_HOST, context.settings.NODE_EXPORTER_PORT)}`,
    ]),
  ready: (s) => `http://${reachedAt(s.NODE_EXPORTER_HOST, s.NODE_EXPORTER_PORT)}/`,
};

export const nginxExporter: Component = {
  name: 'nginx-exporter',
  needs: ['nginx', 'prometheus'],
  tools: ['nginx_exporter'],
  ports: ({ NGINX_EXPORTER_PORT }) => ({ NGINX_EXPORTER_PORT }),
  app: (context) =>
    binaryApp(context, 'gte-nginx-exporter', 'nginx_exporter', [
      `--nginx.scrape-uri=http://127.0.0.1:${context.settings.NGINX_STATUS_PORT}/nginx_status`,
      `--web.listen-address=${hostAndPort(context.settings.NGINX_EXPORTER_HOST, context.settings.NGINX_EXPORTER_PORT)}`,
    ]),
  ready: (s) => `http://${reachedAt(s.NGINX_EXPORTER_HOST, s.NGINX_EXPORTER_PORT)}/metrics`,
};
