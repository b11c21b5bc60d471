import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { binaryApp } from '../binary-app.ts';
import type { Component } from '../component.ts';
import { renderGrafana } from '../render-grafana.ts';

/** The package keeps its pages apart from its program, a tarball beside it. */
function homeOf(program: string): string {
  const beside = dirname(dirname(program));
  return existsSync(join(beside, 'public')) ? beside : '/usr/share/grafana';
}

export const grafana: Component = {
  name: 'grafana',
  needs: ['prometheus'],
  tools: ['grafana'],
  writesLogs: true,
  ports: ({ GRAFANA_PORT }) => ({ GRAFANA_PORT }),
  files: ({ settings }) => renderGrafana(settings),
  app: (context) => {
    const { paths, settings } = context;
    const program = realpathSync(join(paths.bin, 'grafana'));
    const command = basename(program) === 'grafana' ? ['server'] : [];
    return binaryApp(context, 'gte-grafana', 'grafana', [...command, '--homepath', homeOf(program)], {
      GF_SERVER_HTTP_ADDR: '127.0.0.1',
      GF_SERVER_HTTP_PORT: String(settings.GRAFANA_PORT),
      GF_PATHS_DATA: join(paths.data, 'grafana'),
      GF_PATHS_LOGS: join(paths.log, 'grafana'),
      GF_PATHS_PLUGINS: join(paths.data, 'grafana/plugins'),
      GF_PATHS_PROVISIONING: join(paths.etc, 'grafana/provisioning'),
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      // Read by the provisioned files.
      GRAFANA_DASHBOARDS: join(paths.root, 'grafana/dashboards'),
    });
  },
  ready: ({ GRAFANA_PORT }) => `http://127.0.0.1:${GRAFANA_PORT}/api/health`,
  page: ({ GRAFANA_PORT }) => `http://127.0.0.1:${GRAFANA_PORT}/`,
};
