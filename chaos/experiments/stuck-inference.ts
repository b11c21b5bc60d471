import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { slotSocket } from '../../src/worker/server.ts';
import { until } from '../../test/e2e/until.ts';
import { atMost, between, exactly, reported } from '../check.ts';
import { privateCheckout } from '../cluster/private-build.ts';
import { type Cluster, startCluster } from '../cluster/start-cluster.ts';
import { startNginx } from '../cluster/start-nginx.ts';
import type { Experiment } from '../experiment.ts';
import { answered, closedLoad, failed, quantileMs } from '../load/load.ts';
import { post, slotAgent } from '../load/post.ts';
import { LOOPS_FROM_TOKENS, writeLoopingModel } from '../model/looping-model.ts';

const POISON = JSON.stringify({ task_type: 'sentiment', input_text: '好'.repeat(LOOPS_FROM_TOKENS + 50) });
const LIMIT_S = 10;
/** Between two looks. */
const TICK_S = 1;
/** The request's way to the inference thread, and the log line's back. */
const WAY_S = 0.5;
const WORKERS = 3;
/** Slots whose inference gets stuck at the same time; the last one goes on serving. */
const VICTIMS = [0, 1];

export const stuckInference: Experiment = {
  name: 'stuck-inference',
  title: {
    en: 'Two of three inference threads that never return (an ONNX graph that loops)',
    zh: '三个推理线程中有两个永不返回（ONNX 图死循环）',
  },
  promise: {
    en: 'noticed after max(10 s, 10 × predicted), looked at every second; ended as hung, one worker at a time; the other one serves throughout',
    zh: 'max(10 s, 10 × 预测耗时) 后发现，每秒检查；按 hung 结束，一次只结束一个；其余进程始终照常服务',
  },
  async run(run) {
    const dir = await privateCheckout(run);
    const model = join(dir, 'looping-model');
    await writeLoopingModel(model);
    const env = { GTE_MODEL_DIR: model, GTE_DEADLINE_MS: '3000' };
    const cluster = await startCluster(run, { dir, workers: WORKERS, env });
    const nginx = await startNginx(run, cluster, { workers: WORKERS, deadlineMs: 3000 });
    const socketOf = (slot: number) => slotSocket(cluster.runDir, slot);
    const other = closedLoad(cluster.url, { clients: 2, pauseMs: 50, socketPath: socketOf(VICTIMS.length) });
    const proxied = closedLoad(nginx.url, { clients: 2, pauseMs: 50 });
    await sleep(1000);

    run.say(`${VICTIMS.length} requests that never end`);
    const sentAt = Date.now();
    const poison = Promise.all(VICTIMS.map((slot) => post(slotAgent(socketOf(slot)), cluster.url, POISON)));
    await until('they are ended', () => timesOf(cluster, 'worker ended as hung').length >= VICTIMS.length);
    const poisoned = await poison;
    await cluster.ready();
    await sleep(500);
    await Promise.all([other.stop(), proxied.stop()]);

    const ends = timesOf(cluster, 'worker ended as hung');
    const readies = timesOf(cluster, 'worker ready');
    const overlapping = ends
      .slice(1)
      .filter((end, i) => !readies.some((at) => at >= (ends[i] ?? 0) && at <= end));
    const hung = (await cluster.scrape()).sum('gte_worker_restarts_total', { reason: 'hung' });
    return [
      between(
        { en: 'noticed after', zh: '发现耗时' },
        ((ends[0] ?? Number.NaN) - sentAt) / 1000,
        LIMIT_S,
        LIMIT_S + TICK_S + WAY_S,
        's',
      ),
      exactly({ en: 'counted as hung', zh: '计为 hung' }, hung, VICTIMS.length),
      exactly(
        { en: 'ended before the one before was replaced', zh: '前一个尚未替换就结束的' },
        overlapping.length,
        0,
      ),
      exactly(
        { en: 'answers to the endless requests', zh: '对死循环请求的应答' },
        poisoned.map(({ code }) => code).join(' '),
        '504 504',
      ),
      exactly(
        { en: 'failed requests of the other worker', zh: '其余进程的失败请求' },
        failed(other.samples).length,
        0,
      ),
      atMost(
        { en: 'its longest answer', zh: '其最长应答' },
        Math.max(...other.samples.map(({ ms }) => ms)) / 1000,
        1,
        's',
      ),
      reported({ en: 'its answers', zh: '其应答数' }, answered(other.samples).length, ''),
      reported(
        { en: 'median through nginx meanwhile', zh: '期间经 nginx 的中位耗时' },
        quantileMs(answered(proxied.samples), 0.5),
        'ms',
      ),
    ];
  },
};

/** Unix milliseconds of the log lines with this message. */
function timesOf({ logs }: Cluster, message: string): number[] {
  return logs.named(message).map(({ time }) => Date.parse(String(time)));
}
