import { execFile } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { exactly, holds } from '../check.ts';
import { privateCheckout } from '../cluster/private-build.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import type { Check, Experiment, Run } from '../experiment.ts';
import { closedLoad, failed } from '../load/load.ts';

export const fullLogDisk: Experiment = {
  name: 'full-log-disk',
  title: { en: 'The disk under the logs is full', zh: '日志所在磁盘写满' },
  promise: {
    en: 'no crash, no failed request; a line on stderr says so; with room again, logs go on and say how many lines are missing',
    zh: '不崩溃，请求不失败；stderr 有说明；有空间后继续写日志并注明缺失行数',
  },
  sharesCores: true,
  async run(run) {
    const checks = await serveWithLog(run, openSync('/dev/full', 'a'));
    return run.full ? [...checks, ...(await fillAndFree(run))] : checks;
  },
};

async function serveWithLog(run: Run, log: number): Promise<Check[]> {
  run.onEnd(() => closeSync(log));
  const cluster = await startCluster(run, { stdout: log });
  const before = await cluster.workers();
  const samples = await closedLoad(cluster.url, { clients: 4, count: 100 }).done;
  const now = await cluster.workers();
  return [
    exactly({ en: 'failed requests', zh: '失败请求' }, failed(samples).length, 0),
    exactly(
      { en: 'workers that died', zh: '死亡的进程' },
      before.filter(({ pid }) => !now.some((row) => row.pid === pid)).length,
      0,
    ),
    holds(
      { en: 'stderr says so', zh: 'stderr 有说明' },
      cluster.logs.lines.some(({ text }) => /log.*(ENOSPC|no space)/i.test(String(text))),
    ),
  ];
}

/** A real, small file system that fills up and is freed again. */
async function fillAndFree(run: Run): Promise<Check[]> {
  const dir = await privateCheckout(run);
  const disk = join(dir, 'disk');
  await mkdir(disk);
  const mounted = promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'chaos', disk]);
  const fault = await mounted.then(
    () => undefined,
    (error: Error) => error.message,
  );
  const mount = exactly(
    { en: 'a small file system to fill (needs root)', zh: '待写满的小文件系统（需 root）' },
    fault ?? 'mounted',
    'mounted',
  );
  if (fault !== undefined) return [mount];
  run.onEnd(() => promisify(execFile)('umount', [disk]));
  const path = join(disk, 'service.log');
  const log = openSync(path, 'a');
  run.onEnd(() => closeSync(log));
  const cluster = await startCluster(run, { dir, stdout: log });
  await writeFile(join(disk, 'ballast'), 'x').catch(() => undefined);
  const full = await closedLoad(cluster.url, { clients: 4, count: 1000 }).done;
  await rm(join(disk, 'ballast'));
  await writeFile(path, '');
  const freed = await closedLoad(cluster.url, { clients: 4, count: 100 }).done;
  await sleep(500);
  const text = await readFile(path, 'utf8');
  return [
    mount,
    exactly(
      { en: 'failed while a file system filled up', zh: '文件系统写满期间失败请求' },
      failed(full).length,
      0,
    ),
    exactly({ en: 'failed after it was freed', zh: '释放空间后失败请求' }, failed(freed).length, 0),
    holds({ en: 'lines missing are counted in the log', zh: '日志注明缺失行数' }, /"lost":\d+/.test(text)),
    holds({ en: 'logs go on', zh: '继续写日志' }, text.includes('"msg":"request"')),
  ];
}
