import { Agent, type AgentOptions } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/e2e/until.ts';
import { atMost, exactly, reported } from '../check.ts';
import { privateCheckout } from '../cluster/private-build.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import { startNginx } from '../cluster/start-nginx.ts';
import type { Experiment } from '../experiment.ts';
import { answered, closedLoad, quantileMs } from '../load/load.ts';
import { post } from '../load/post.ts';
import { LOOPS_FROM_TOKENS, writeLoopingModel } from '../model/looping-model.ts';

const POISON = JSON.stringify({ task_type: 'sentiment', input_text: '好'.repeat(LOOPS_FROM_TOKENS + 50) });
const LIMIT_S = 10;

export const stuckInference: Experiment = {
  name: 'stuck-inference',
  title: {
    en: 'An inference thread that never returns (an ONNX graph that loops)',
    zh: '推理线程永不返回（ONNX 图死循环）',
  },
  promise: {
    en: 'noticed within max(10 s, 10 × predicted) and a second; ended as hung, one worker at a time; the others serve',
    zh: '在 max(10 s, 10 × 预测耗时) 加一秒内发现；按 hung 结束，一次只结束一个；其余进程照常服务',
  },
  async run(run) {
    const dir = await privateCheckout(run);
    const model = join(dir, 'looping-model');
    await writeLoopingModel(model);
    const cluster = await startCluster(run, { dir, env: { GTE_MODEL_DIR: model, GTE_DEADLINE_MS: '3000' } });
    const nginx = await startNginx(run, cluster, { deadlineMs: 3000 });
    const load = closedLoad(nginx.url, { clients: 2, pauseMs: 50 });
    await sleep(1000);

    const victims = run.full ? 2 : 1;
    run.say(`${victims} requests that never end`);
    const sentAt = Date.now();
    const slotAgent = (slot: number) => new Agent(slotOptions(join(cluster.runDir, `slot-${slot}.sock`)));
    const poison = Promise.all(
      Array.from({ length: victims }, (_, slot) => post(slotAgent(slot), cluster.url, POISON)),
    );
    await until('they are ended', () => cluster.logs.named('worker ended as hung').length >= victims, 60_000);
    const poisoned = await poison;
    await cluster.ready();
    await sleep(500);
    await load.stop();

    const ends = cluster.logs.named('worker ended as hung').map(({ time }) => Date.parse(String(time)));
    const readies = cluster.logs.named('worker ready').map(({ time }) => Date.parse(String(time)));
    const noticedS = ((ends[0] ?? Number.NaN) - sentAt) / 1000;
    const overlapping = ends
      .slice(1)
      .filter((end, i) => !readies.some((at) => at >= (ends[i] ?? 0) && at <= end));
    const hung = (await cluster.scrape()).sum('gte_worker_restarts_total', { reason: 'hung' });
    return [
      atMost({ en: 'noticed after', zh: '发现耗时' }, noticedS, LIMIT_S + 2, 's'),
      exactly({ en: 'counted as hung', zh: '计为 hung' }, hung, victims),
      exactly(
        { en: 'ended before the one before was replaced', zh: '前一个尚未替换就结束的' },
        overlapping.length,
        0,
      ),
      exactly(
        { en: 'answer to the endless request', zh: '对死循环请求的应答' },
        poisoned.map(({ code }) => code).join(' '),
        Array(victims).fill(504).join(' '),
      ),
      reported(
        { en: 'others answered meanwhile', zh: '期间其他请求成功数' },
        answered(load.samples).length,
        '',
      ),
      reported({ en: 'their median', zh: '其中位耗时' }, quantileMs(answered(load.samples), 0.5), 'ms'),
    ];
  },
};

/** Node's Agent hands this on to the connection; its types do not say so. */
const slotOptions = (socketPath: string) => ({ socketPath }) as AgentOptions;
