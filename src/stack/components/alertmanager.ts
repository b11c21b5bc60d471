import { join } from 'node:path';
import { binaryApp } from '../binary-app.ts';
import type { Component } from '../component.ts';
import { renderAlertmanager } from '../render-alertmanager.ts';

export const alertmanager: Component = {
  name: 'alertmanager',
  needs: ['prometheus'],
  tools: ['alertmanager', 'amtool'],
  rereads: true,
  ports: ({ ALERTMANAGER_PORT }) => ({ ALERTMANAGER_PORT }),
  files: ({ settings }) => renderAlertmanager(settings),
  check: ({ etc }) => ['amtool', 'check-config', join(etc, 'alertmanager/alertmanager.yml')],
  app: (context) => {
    const { paths, settings } = context;
    return binaryApp(context, 'gte-alertmanager', 'alertmanager', [
      `--config.file=${join(paths.etc, 'alertmanager/alertmanager.yml')}`,
      `--storage.path=${join(paths.data, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${settings.ALERTMANAGER_PORT}`,
      // One instance: no cluster port.
      '--cluster.listen-address=',
    ]);
  },
  ready: ({ ALERTMANAGER_PORT }) => `http://127.0.0.1:${ALERTMANAGER_PORT}/-/ready`,
  page: ({ ALERTMANAGER_PORT }) => `http://127.0.0.1:${ALERTMANAGER_PORT}/`,
};
