import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { mixedBody } from '../../test/e2e/mixed-requests.ts';
import { until } from '../../test/e2e/until.ts';
import { atMost, exactly, holds, reported } from '../check.ts';
import { type Cluster, startCluster } from '../cluster/start-cluster.ts';
import type { Experiment } from '../experiment.ts';
import { post } from '../load/post.ts';

const BODY = JSON.stringify(mixedBody(3));
const SPARE = 8;
const CONNECTIONS = 200;

export const noDescriptors: Experiment = {
  name: 'no-descriptors',
  title: { en: 'File descriptors run out (EMFILE)', zh: '文件描述符耗尽（EMFILE）' },
  promise: {
    en: 'no crash, a clear log line; served again as soon as there are some',
    zh: '不崩溃，有清楚的日志；一有可用即恢复服务',
  },
  async run(run) {
    const cluster = await startCluster(run);
    const before = (await cluster.workers()).map(({ pid }) => pid);
    const all = [cluster.primary.pid ?? 0, ...before];
    const limits = new Map<string, readonly number[]>([
      ['workers', before],
      ['primary', all],
    ]);
    const checks = [];
    const agent = new Agent();
    for (const [who, pids] of limits) {
      run.say(`descriptors of ${who} run out`);
      await Promise.all(pids.map((pid) => limit(pid, openFiles(pid) + SPARE)));
      const held = await occupy(cluster);
      await sleep(run.full ? 10_000 : 1500);
      for (const socket of held) socket.destroy();
      const closedAt = performance.now();
      await until(
        'it answers again',
        async () => (await post(agent, cluster.url, BODY, { timeoutMs: 1000 })).code === 200,
      );
      checks.push(
        atMost(
          { en: `${who}: answers again after`, zh: `${who}：恢复应答耗时` },
          (performance.now() - closedAt) / 1000,
          5,
          's',
        ),
        reported({ en: `${who}: connections held`, zh: `${who}：占用的连接` }, held.length, ''),
      );
      await Promise.all(pids.map((pid) => limit(pid, 4096)));
    }
    const now = (await cluster.workers()).map(({ pid }) => pid);
    const told = cluster.logs.lines.some(({ msg }) => String(msg).includes('out of file descriptors'));
    return [
      ...checks,
      exactly(
        { en: 'workers that died', zh: '死亡的进程' },
        before.filter((pid) => !now.includes(pid)).length,
        0,
      ),
      holds({ en: 'a log line says so', zh: '日志中有说明' }, told),
      holds({ en: 'the primary lives', zh: '主进程存活' }, cluster.primary.exitCode === null),
    ];
  },
};

const openFiles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

const limit = (pid: number, files: number) =>
  promisify(execFile)('prlimit', ['--pid', String(pid), `--nofile=${files}:`]);

/** Connections that each asked once and stay; those that were refused are not among them. */
async function occupy({ url }: Cluster): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: CONNECTIONS }, () => connect(Number(port), hostname));
  const open = await Promise.all(
    sockets.map(async (socket) => {
      socket.on('error', () => undefined);
      await Promise.race([
        once(socket, 'connect').catch(() => undefined),
        once(socket, 'close').catch(() => undefined),
      ]);
      socket.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      return socket;
    }),
  );
  return open.filter((socket) => !socket.destroyed);
}
