import { join } from 'node:path';
import type { Component } from '../component.ts';

export const relay: Component = {
  name: 'relay',
  needs: ['alertmanager'],
  tools: [],
  ports: ({ RELAY_PORT }) => ({ RELAY_PORT }),
  app: ({ paths }) => ({
    name: 'gte-relay',
    script: 'dist/relay/main.js',
    args: [],
    node_args: '--enable-source-maps',
    cwd: paths.root,
    exec_mode: 'fork',
    instances: 1,
    pmx: false,
    wait_ready: true,
    kill_timeout: 10_000,
    stop_exit_codes: [78],
    merge_logs: true,
    out_file: join(paths.log, 'gte-relay.log'),
    error_file: join(paths.log, 'gte-relay.log'),
  }),
  ready: ({ RELAY_PORT }) => `http://127.0.0.1:${RELAY_PORT}/healthz`,
};
