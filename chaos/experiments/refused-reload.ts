import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exactly, holds } from '../check.ts';
import { builtFile, privateCheckout } from '../cluster/private-build.ts';
import { type Cluster, startCluster } from '../cluster/start-cluster.ts';
import type { Check, Experiment } from '../experiment.ts';
import { closedLoad, failed } from '../load/load.ts';

export const refusedReload: Experiment = {
  name: 'refused-reload',
  title: {
    en: 'Reload onto a broken build, then onto a damaged model',
    zh: '重载到损坏的构建，再重载到损坏的模型',
  },
  promise: {
    en: 'refused: the old workers stay and serve; `ops/reload.sh` prints the reason and exits with 1; mended, it succeeds',
    zh: '拒绝：旧进程保留并继续服务；`ops/reload.sh` 打印原因并以 1 退出；修复后成功',
  },
  sharesCores: true,
  async run(run) {
    const dir = await privateCheckout(run);
    const model = join(dir, 'model');
    await cp(join(dir, 'models/starter'), model, { recursive: true });
    const cluster = await startCluster(run, { dir, env: { GTE_MODEL_DIR: model } });
    const old = (await cluster.workers()).map(({ pid }) => pid);
    const load = closedLoad(cluster.url, { clients: 2, pauseMs: 20 });

    const build = await builtFile(dir, /function startWorker\(/);
    const mendBuild = await damage(build, (bytes) =>
      Buffer.concat([bytes, Buffer.from('\nthrow new Error("half a build");\n')]),
    );
    const broken = await reloadScript(cluster);
    await mendBuild();
    const graph = join(model, 'extractor.onnx');
    const mendModel = await damage(graph, (bytes) => bytes.subarray(0, bytes.length / 2));
    const damaged = await reloadScript(cluster);
    const kept = (await cluster.workers()).map(({ pid }) => pid);
    await mendModel();
    const mended = await reloadScript(cluster);
    await load.stop();

    return [
      ...refused('build', '构建', broken, /half a build/),
      ...refused('model', '模型', damaged, /extractor\.onnx is damaged/),
      exactly(
        { en: 'workers after both', zh: '两次之后的进程' },
        kept.join(' ') === old.join(' ') ? 'same' : 'others',
        'same',
      ),
      exactly({ en: 'exit code once mended', zh: '修复后退出码' }, mended.code, 0),
      exactly({ en: 'failed requests', zh: '失败请求' }, failed(load.samples).length, 0),
    ];
  },
};

interface Reload {
  readonly code: number;
  readonly output: string;
}

function reloadScript({ dir, primary, metricsUrl }: Cluster): Promise<Reload> {
  const env = { PATH: process.env.PATH, GTE_METRICS_PORT: new URL(metricsUrl).port };
  return new Promise((resolve) => {
    execFile('bash', ['ops/reload.sh', String(primary.pid)], { cwd: dir, env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}

function refused(en: string, zh: string, { code, output }: Reload, reason: RegExp): Check[] {
  return [
    exactly({ en: `exit code, broken ${en}`, zh: `${zh}损坏时退出码` }, code, 1),
    holds({ en: 'its reason printed', zh: '打印了原因' }, reason.test(output)),
  ];
}

/** → puts it right again. */
async function damage(path: string, change: (bytes: Buffer) => Buffer): Promise<() => Promise<void>> {
  const bytes = await readFile(path);
  await writeFile(path, change(bytes));
  return () => writeFile(path, bytes);
}
