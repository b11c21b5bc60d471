import { releaseRoot } from './ops/lib/release-root.js';

// Through the link `current`, a rolling reload forks workers of the release that it names by that time.
const cwd = releaseRoot(import.meta.dirname);

// PM2's own cluster mode would make PM2's daemon the primary and metrics aggregation impossible: fork mode, one process,
// which forks the workers itself (docs/architecture.md).
const drainMs = Number(process.env.GTE_DRAIN_MS || 15000);

export const apps = [
  {
    name: 'gte-serve',
    script: 'dist/main.js',
    cwd,
    node_args: '--enable-source-maps',
    exec_mode: 'fork',
    instances: 1,
    // PM2's monitoring would run inside the primary and the workers.
    pmx: false,
    // `ready` comes when all workers serve; after listen_timeout PM2 says "online" anyway.
    wait_ready: true,
    listen_timeout: 120_000,
    // SIGINT to the whole tree: workers ignore it, the primary drains them; a hung one is ended by SIGKILL at the end.
    kill_timeout: drainMs + 5000,
    treekill: true,
    // Bad settings, a damaged model, a taken port: a restart can't mend them. (With exp_backoff_restart_delay PM2 would say
    // "waiting restart" for ever instead of "stopped".)
    stop_exit_codes: [78],
    time: false,
    merge_logs: true,
    out_file: 'var/log/gte-serve.log',
    error_file: 'var/log/gte-serve.err.log',
  },
];
