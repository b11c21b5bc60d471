// npm run bench:balancing [-- seconds workers...]: waiting at 80 % load with kept-alive connections to one shared port (node:cluster's
// round robin of connections) beside nginx's least_conn over a socket per worker. Workers only sleep, four times as long as
// the work in docs/adr/0005-slot-sockets.md takes, so that a busy machine hardly shows; times are given divided by four.
import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderNginx } from '../src/stack/render-nginx.ts';
import { loadStackSettings } from '../src/stack/settings.ts';
import { freePort } from '../test/e2e/service.ts';

const SLOWER = 4;
const LOAD = 0.8;
const seconds = Number(process.argv[2] ?? 60);
const counts = process.argv.length > 3 ? process.argv.slice(3).map(Number) : [2, 4, 8];
const between = (least: number, most: number) => least + Math.random() * (most - least);

/** 70 % 3–8 ms, 25 % 8–28 ms, 5 % 60–120 ms. */
function workMs(): number {
  const kind = Math.random();
  if (kind < 0.7) return between(3, 8);
  return kind < 0.95 ? between(8, 28) : between(60, 120);
}
const MEAN_MS = 0.7 * 5.5 + 0.25 * 18 + 0.05 * 90;

/** Poisson arrivals; sorted latencies in ms of the unslowed work. */
async function run(port: number, workers: number, work: readonly number[]): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 * workers });
  const gapMs = (MEAN_MS * SLOWER) / (workers * LOAD);
  const latencies: Promise<number>[] = [];
  let due = performance.now();
  for (const ms of work) {
    due += -Math.log(1 - Math.random()) * gapMs;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    const started = due;
    latencies.push(
      new Promise((done, failed) => {
        get({ port, host: '127.0.0.1', agent, headers: { 'X-Work-Ms': ms * SLOWER } }, (answer) => {
          answer.resume().on('end', () => done((performance.now() - started) / SLOWER));
        }).on('error', failed);
      }),
    );
  }
  const all = await Promise.all(latencies);
  agent.destroy();
  return all.sort((a, b) => a - b);
}

async function startNginx(home: string, workers: number) {
  const folders = { runDir: join(home, 'run'), logDir: join(home, 'log'), stateDir: join(home, 'state') };
  for (const folder of [...Object.values(folders), join(home, 'etc')]) mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const settings = loadStackSettings({ NGINX_PORT: `${port}`, NGINX_STATUS_PORT: `${await freePort()}` });
  const service = {
    host: '127.0.0.1',
    port: 1,
    workers,
    deadlineMs: 60_000,
    drainMs: 15_000,
    runDir: folders.runDir,
  };
  const files = renderNginx({ service }, settings, folders, { asRoot: process.getuid?.() === 0 });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(home, 'etc', name), content);
  const nginx = resolve(import.meta.dirname, '../var/tools/bin/nginx');
  const child = spawn(
    nginx,
    ['-g', 'daemon off;', '-p', home, '-c', join(home, 'etc/nginx.conf'), '-e', join(home, 'log/error.log')],
    { stdio: 'ignore' },
  );
  while (!(await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined))) await sleep(20);
  return { port, child };
}

cluster.setupPrimary({ exec: join(import.meta.dirname, 'balancing-worker.ts') });
console.log('| workers | way | P50 | P95 | P99 |\n|---|---|---|---|---|');
for (const workers of counts) {
  const home = mkdtempSync(join(tmpdir(), 'balancing-'));
  const shared = await freePort();
  const nginx = await startNginx(home, workers);
  const ready: Promise<unknown>[] = [];
  for (let slot = 0; slot < workers; slot += 1) {
    const worker = cluster.fork({ SHARED_PORT: shared, SLOT_SOCKET: join(home, `run/slot-${slot}.sock`) });
    let listening = 0;
    ready.push(
      new Promise<void>((done) => {
        worker.on('message', () => {
          listening += 1;
          if (listening === 2) done();
        });
      }),
    );
  }
  await Promise.all(ready);
  const count = Math.floor((seconds * 1000 * workers * LOAD) / (MEAN_MS * SLOWER));
  const work = Array.from({ length: count }, workMs);
  for (const [way, port] of [
    ['one shared port', shared],
    ['nginx, least_conn', nginx.port],
  ] as const) {
    const sorted = await run(port, workers, work);
    const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0);
    console.log(`| ${workers} | ${way} | ${at(0.5)} ms | ${at(0.95)} ms | ${at(0.99)} ms |`);
  }
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL');
  nginx.child.kill('SIGTERM');
  await once(nginx.child, 'exit');
  rmSync(home, { recursive: true });
}
