import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { mixedBody } from '../../test/e2e/mixed-requests.ts';
import { until } from '../../test/e2e/until.ts';
import { atLeast, atMost, exactly } from '../check.ts';
import { type Cluster, startCluster } from '../cluster/start-cluster.ts';
import type { Check, Experiment, Run } from '../experiment.ts';
import { closedLoad, failed, quantileMs } from '../load/load.ts';
import { openRaw, rawRequest, statusCodes } from '../load/raw-client.ts';
import { residentBytes } from '../watch/process-info.ts';
import { slowClients, slowClientsOfShortLimits } from './slow-clients.ts';

const SHORT = JSON.stringify(mixedBody(3));
/** Some tens of milliseconds of inference. */
const LONG = JSON.stringify({ task_type: 'ner', input_text: '小米集团首席执行官雷军宣布。'.repeat(30) });
const GIGABYTE = 2 ** 30;
/** What may be sent of a refused body before the connection is cut. */
const REFUSED_MB = 8;

type Part = (run: Run, cluster: Cluster) => Promise<Check[]>;

export const badClients: Experiment = {
  name: 'bad-clients',
  title: {
    en: 'Clients: slow headers, slow body, half-open (silent for ever, no FIN), half-closed, gone before the answer, many idle connections, pipelining, a 1 GB body',
    zh: '客户端：慢请求头、慢请求体、半开（永远沉默、没有 FIN）、半关闭、提前离开、大量空闲连接、流水线、1 GB 请求体',
  },
  promise: {
    en: 'others unaffected; slow and half-open ones cut after 10 s (headers), 60 s (body) and 20 s (after an answer), not before; work of gone clients not done but for what runs already (≤ 15 %)',
    zh: '其他客户端不受影响；慢的与半开的连接在 10 s（请求头）、60 s（请求体）、20 s（应答之后）后断开，不会更早；已离开客户端的工作除正在运行的外不执行（≤ 15 %）',
  },
  async run(run) {
    // Room for all that leave, else most of them were refused before.
    const cluster = await startCluster(run, { env: { GTE_QUEUE_TOKENS: '200000', GTE_QUEUE_MS: '600000' } });
    const quiet = await closedLoad(cluster.url, { clients: 2, count: run.full ? 400 : 60, pauseMs: 20 }).done;
    const load = closedLoad(cluster.url, { clients: 2, pauseMs: 20 });
    const slow = run.full ? slowClients(cluster.url) : slowClientsOfShortLimits(run);
    const checks: Check[] = [];
    const parts: Part[] = [idleConnections, pipelining, halfClosed, hugeBodies];
    for (const part of parts) checks.push(...(await part(run, cluster)));
    checks.push(...(await slow));
    await load.stop();
    const [before, during] = [quantileMs(quiet, 0.95), quantileMs(load.samples, 0.95)];
    return [
      exactly({ en: 'failed requests of others', zh: '其他客户端失败请求' }, failed(load.samples).length, 0),
      atMost(
        { en: "others' P95 against before", zh: '其他客户端 P95 与之前之比' },
        during / before,
        3,
        '',
        5,
      ),
      ...checks,
      ...(await goneClients(run, cluster)),
    ];
  },
};

async function idleConnections(run: Run, cluster: Cluster): Promise<Check[]> {
  const count = run.full ? 2000 : 300;
  run.say(`${count} idle connections`);
  const idle = await Promise.all(Array.from({ length: count }, () => openRaw(cluster.url)));
  await sleep(run.full ? 5000 : 500);
  for (const { socket } of idle.slice(0, 100)) socket.write(rawRequest(SHORT));
  const answers = () => idle.slice(0, 100).filter(({ received }) => statusCodes(received)[0] === 200).length;
  await until('they are answered', () => answers() === 100).catch(() => undefined);
  for (const { socket } of idle) socket.destroy();
  return [
    exactly(
      {
        en: `of ${count} idle connections, 100 ask and are answered`,
        zh: `${count} 条空闲连接中 100 条提问并得到应答`,
      },
      answers(),
      100,
    ),
  ];
}

async function pipelining(_: Run, cluster: Cluster): Promise<Check[]> {
  const client = await openRaw(cluster.url);
  client.socket.write(
    Array.from({ length: 20 }, (_, i) => rawRequest(JSON.stringify(mixedBody(i)))).join(''),
  );
  const tasks = () => [...client.received.matchAll(/x-task-type: (\w+)/gi)].map(([, task]) => task);
  await until('all are answered', () => tasks().length === 20).catch(() => undefined);
  client.socket.destroy();
  const inOrder = tasks().filter((task, i) => task === mixedBody(i)?.task_type).length;
  return [
    exactly({ en: 'of 20 pipelined requests answered in order', zh: '20 个流水线请求按序应答' }, inOrder, 20),
  ];
}

/** A close looks the same to the service as half a close: it takes the client for gone. */
async function halfClosed(_: Run, cluster: Cluster): Promise<Check[]> {
  const client = await openRaw(cluster.url);
  client.socket.end(rawRequest(SHORT));
  const ms = await Promise.race([client.gone, sleep(10_000, Number.NaN)]);
  client.socket.destroy();
  return [
    atMost({ en: 'client that closed its half: cut after', zh: '半关闭客户端断开时间' }, ms / 1000, 2, 's'),
  ];
}

async function hugeBodies(run: Run, cluster: Cluster): Promise<Check[]> {
  const pids = (await cluster.workers()).map(({ pid }) => pid);
  const rss = () => pids.reduce((sum, pid) => sum + residentBytes(pid), 0) / 2 ** 20;
  const before = rss();
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, rss());
  }, 20);
  const checks: Check[] = [];
  const kinds = { 'Content-Length': `Content-Length: ${GIGABYTE}`, chunked: 'Transfer-Encoding: chunked' };
  for (const [kind, header] of Object.entries(kinds)) {
    run.say(`1 GB body, ${kind}`);
    const client = await openRaw(cluster.url);
    client.socket.write(
      `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${header}\r\n\r\n`,
    );
    const sent = await pour(client.socket, kind === 'chunked');
    await client.gone;
    checks.push(
      exactly(
        { en: `1 GB, ${kind}: answer`, zh: `1 GB（${kind}）：应答` },
        statusCodes(client.received)[0] ?? 0,
        413,
      ),
      atMost(
        { en: `1 GB, ${kind}: taken before it was cut`, zh: `1 GB（${kind}）：断开前接收` },
        sent / 2 ** 20,
        REFUSED_MB + 4,
        'MB',
      ),
    );
  }
  clearInterval(sampler);
  return [
    ...checks,
    atMost({ en: '1 GB: memory of all workers grew by', zh: '1 GB：进程内存增长' }, peak - before, 100, 'MB'),
  ];
}

/** Sends until the connection is cut → bytes that left. */
async function pour(
  socket: NodeJS.WritableStream & { destroyed: boolean; bytesWritten: number },
  chunked: boolean,
) {
  const data = Buffer.alloc(64 * 1024, 'x');
  const piece = chunked ? Buffer.concat([Buffer.from('10000\r\n'), data, Buffer.from('\r\n')]) : data;
  while (!socket.destroyed && socket.bytesWritten < GIGABYTE) {
    if (socket.write(piece)) await sleep(0);
    else await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
  }
  return socket.bytesWritten;
}

async function goneClients(run: Run, cluster: Cluster): Promise<Check[]> {
  const count = run.full ? 200 : 40;
  const busy = async () => (await cluster.scrape()).sum('gte_inference_busy_seconds_total');
  const before = await busy();
  const sample = await closedLoad(cluster.url, { clients: 2, count: 20, bodyOf: () => LONG }).done;
  await sleep(600);
  const each = ((await busy()) - before) / sample.length;
  const [startBusy, cancelled] = [await busy(), (await cluster.scrape()).sum('gte_cancelled_total')];
  run.say(`${count} clients that leave`);
  const clients = await Promise.all(Array.from({ length: count }, () => openRaw(cluster.url)));
  for (const { socket } of clients) socket.write(rawRequest(LONG));
  await until('they are in flight', async () => (await cluster.scrape()).sum('gte_active_requests') > 0);
  for (const { socket } of clients) socket.destroy();
  await until('nothing is in flight', async () => (await cluster.scrape()).sum('gte_active_requests') === 0);
  await sleep(600);
  const done = ((await busy()) - startBusy) / (each * count);
  return [
    atMost({ en: 'work done for clients that left', zh: '为已离开客户端所做的工作' }, done * 100, 15, '%'),
    atLeast(
      { en: `counted as cancelled, of ${count}`, zh: `计为已取消（共 ${count}）` },
      (await cluster.scrape()).sum('gte_cancelled_total') - cancelled,
      0.8 * count, // some are gone before they were read
    ),
  ];
}
