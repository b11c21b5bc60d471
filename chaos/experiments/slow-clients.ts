import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { answerUnreadable } from '../../src/http/unreadable-request.ts';
import { createWorkerMetrics } from '../../src/metrics/worker-metrics.ts';
import { createHttpServer } from '../../src/worker/server.ts';
import { between, exactly } from '../check.ts';
import type { Check, Run, Text } from '../experiment.ts';
import { openRaw, type RawClient, rawRequest } from '../load/raw-client.ts';

/** Documented in docs/reliability.md. */
const LIMITS = { headersS: 10, bodyS: 60, idleS: 20 };
/** How late the time-outs may be noticed: the service looks every 2 s. */
const NOTICED_S = 5;

type Limits = typeof LIMITS;

/**
 * Clients that send a byte now and then, and half-open ones: a peer that is gone without a FIN (its machine lost power, a
 * firewall forgot it) looks to the service as one that is silent for ever, and that is what these are.
 */
export async function slowClients(url: string, limits: Limits = LIMITS): Promise<Check[]> {
  const lifeOf = async (what: Text, limitS: number, act: (client: RawClient) => void, everyMs = 0) => {
    const client = await openRaw(url);
    act(client);
    const timer =
      everyMs > 0 && setInterval(() => client.socket.writable && client.socket.write('x'), everyMs);
    const seconds = (await client.gone) / 1000;
    if (timer) clearInterval(timer);
    return between(what, seconds, limitS, limitS + NOTICED_S, 's');
  };
  const text = 'x'.repeat(1000);
  const withoutBody = rawRequest(text).slice(0, -text.length);
  const { headersS, bodyS, idleS } = limits;
  const everyMs = headersS * 100;
  return Promise.all([
    lifeOf({ en: 'silent connection cut after', zh: '无数据连接断开时间' }, headersS, () => undefined),
    lifeOf(
      { en: 'slow headers cut after', zh: '慢请求头断开时间' },
      headersS,
      ({ socket }) => socket.write('POST /predict HTTP/1.1\r\nX-Slow: '),
      everyMs,
    ),
    lifeOf(
      { en: 'slow body cut after', zh: '慢请求体断开时间' },
      bodyS,
      ({ socket }) => socket.write(withoutBody),
      everyMs,
    ),
    lifeOf(
      { en: 'half-open in the middle of a body: cut after', zh: '请求体中途半开：断开时间' },
      bodyS,
      ({ socket }) => socket.write(`${withoutBody}xxx`),
    ),
    lifeOf(
      { en: 'half-open after an answer: cut after', zh: '应答之后半开：断开时间' },
      idleS,
      ({ socket }) => socket.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    ),
  ]);
}

/** The same clients against the worker's own HTTP server with limits that a short form can wait for. */
export async function slowClientsOfShortLimits(run: Run): Promise<Check[]> {
  const limits = { headersS: 0.5, bodyS: 1.5, idleS: 1 };
  const server = createHttpServer({
    handler: (request, response) => request.resume().once('end', () => response.end()),
    onClientError: answerUnreadable({ routes: [], metrics: createWorkerMetrics({ slot: 0 }) }),
    onConnect: (_, socket) => socket.destroy(),
    keepAliveMs: limits.idleS * 1000,
  });
  const documented = [server.headersTimeout, server.requestTimeout].map((ms) => ms / 1000);
  server.headersTimeout = limits.headersS * 1000;
  server.requestTimeout = limits.bodyS * 1000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  run.onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return [
    exactly(
      { en: 'limits of headers and body, s', zh: '请求头与请求体时限（秒）' },
      documented.join(' '),
      [LIMITS.headersS, LIMITS.bodyS].join(' '),
    ),
    ...(await slowClients(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, limits)),
  ];
}
