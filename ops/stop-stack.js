// Stops what ops/start.sh started. Needs no build: the one it was started from may be gone.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** First what would raise the alarm; the service last, so that nginx can still answer what is under way. */
const ORDER = [
  'gte-grafana',
  'gte-prometheus',
  'gte-alertmanager',
  'gte-relay',
  'gte-nginx-exporter',
  'gte-node-exporter',
  'gte-nginx',
  'gte-serve',
];
const NGINX_QUIT_MS = 20_000;
const root = resolve(import.meta.dirname, '..');

async function pm2(...args) {
  const command = resolve(root, 'node_modules/.bin/pm2');
  return (await promisify(execFile)(command, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 })).stdout;
}

function alive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** nginx ends by itself once it has answered; PM2's own signal would cut its connections. */
async function quit(pid) {
  if (!alive(pid)) return;
  process.kill(pid, 'SIGQUIT');
  const deadline = performance.now() + NGINX_QUIT_MS;
  while (alive(pid) && performance.now() < deadline) await sleep(50);
}

const said = await pm2('jlist');
const apps = JSON.parse(said.slice(said.search(/\[(\{|\])/)));
const running = ORDER.flatMap((name) => apps.filter((app) => app.name === name));
for (const { name, pid } of running) {
  if (name === 'gte-nginx' && pid > 0) await quit(pid);
  await pm2('delete', name);
  console.log(`${name} is stopped`);
}
if (running.length === 0) console.log('nothing of gte-serve is running under PM2');
