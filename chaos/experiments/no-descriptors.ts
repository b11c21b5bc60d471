import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { mixedBody } from '../../test/e2e/mixed-requests.ts';
import { until } from '../../test/e2e/until.ts';
import { atMost, exactly, holds } from '../check.ts';
import { type Cluster, startCluster } from '../cluster/start-cluster.ts';
import type { Check, Experiment, Run } from '../experiment.ts';
import { post } from '../load/post.ts';

const BODY = JSON.stringify(mixedBody(3));
const SPARE = 8;
const CONNECTIONS = 200;
const WAVE = 20;
const WAVE_MS = 250;
const LOOK_MS = 20;
/** Descriptors that a process may free by itself meanwhile. */
const FREED = 4;

export const noDescriptors: Experiment = {
  name: 'no-descriptors',
  title: { en: 'File descriptors run out (EMFILE)', zh: '文件描述符耗尽（EMFILE）' },
  promise: {
    en: 'no crash, a clear log line; served again as soon as there are some',
    zh: '不崩溃，有清楚的日志；一有可用即恢复服务',
  },
  sharesCores: true,
  async run(run) {
    const cluster = await startCluster(run);
    const workers = (await cluster.workers()).map(({ pid }) => pid);
    const primary = cluster.primary.pid ?? 0;
    const checks = [
      ...(await exhaust(run, cluster, { who: 'workers', pids: workers, port: cluster.url })),
      // The primary hands the public port's connections on; those of the admin port it holds itself.
      ...(await exhaust(run, cluster, { who: 'primary', pids: [primary], port: cluster.metricsUrl })),
    ];
    const now = (await cluster.workers()).map(({ pid }) => pid);
    return [
      ...checks,
      exactly(
        { en: 'workers that died', zh: '死亡的进程' },
        workers.filter((pid) => !now.includes(pid)).length,
        0,
      ),
      holds({ en: 'the primary lives', zh: '主进程存活' }, cluster.primary.exitCode === null),
    ];
  },
};

async function exhaust(
  run: Run,
  cluster: Cluster,
  { who, pids, port }: { who: string; pids: readonly number[]; port: string },
): Promise<Check[]> {
  run.say(`descriptors of ${who} run out`);
  const limits = new Map(pids.map((pid) => [pid, openFiles(pid) + SPARE]));
  for (const [pid, files] of limits) await limit(pid, files);
  const lines = cluster.logs.lines.length;
  const spent = new Set<number>();
  const look = () => {
    for (const [pid, files] of limits) if (openFiles(pid) >= files) spent.add(pid);
  };
  const watch = setInterval(look, LOOK_MS);
  const sockets = await occupy(port, CONNECTIONS);
  // What a process frees meanwhile is taken at once.
  for (let wave = 0; wave < (run.full ? 40 : 6); wave += 1) {
    await sleep(WAVE_MS);
    sockets.push(...(await occupy(port, WAVE)));
  }
  await sleep(WAVE_MS);
  clearInterval(watch);
  const held = sockets.filter((socket) => !socket.destroyed).length;
  for (const socket of sockets) socket.destroy();
  const closedAt = performance.now();
  const agent = new Agent();
  await until(
    'it answers again',
    async () =>
      (await post(agent, cluster.url, BODY, { timeoutMs: 1000 })).code === 200 &&
      (await cluster.scrape().catch(() => undefined)),
  );
  const backMs = performance.now() - closedAt;
  for (const pid of pids) await limit(pid, 4096);
  const told = cluster.logs.lines.slice(lines).some(({ msg }) => /out of file descriptors/.test(String(msg)));
  return [
    exactly(
      { en: `${who}: processes without a free descriptor`, zh: `${who}：描述符用尽的进程数` },
      spent.size,
      pids.length,
    ),
    atMost(
      {
        en: `${who}: connections held, of ${sockets.length}`,
        zh: `${who}：占用的连接（共 ${sockets.length}）`,
      },
      held,
      pids.length * (SPARE + FREED),
    ),
    atMost({ en: `${who}: answers again after`, zh: `${who}：恢复应答耗时` }, backMs / 1000, 5, 's'),
    holds({ en: `${who}: a log line says so`, zh: `${who}：日志中有说明` }, told),
  ];
}

const openFiles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

const limit = (pid: number, files: number) =>
  promisify(execFile)('prlimit', ['--pid', String(pid), `--nofile=${files}:`]);

/** Connections that each asked once and stay, as far as they are let. */
async function occupy(url: string, count: number): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname));
  await Promise.all(
    sockets.map(async (socket) => {
      socket.on('error', () => undefined);
      await Promise.race([
        once(socket, 'connect').catch(() => undefined),
        once(socket, 'close').catch(() => undefined),
      ]);
      socket.resume().write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    }),
  );
  return sockets;
}
