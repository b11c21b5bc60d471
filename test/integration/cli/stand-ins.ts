import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>;

/** A server on a free port of loopback, closed after the test. */
export async function serve(t: TestContext, handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => void handler(request, response, body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A series as /api/v1/query_range gives it: its value at a moment, undefined where there is none. */
export interface StandInSeries {
  readonly metric: Record<string, string>;
  readonly at: (time: number) => number | undefined;
}

export interface StandInPrometheus {
  readonly series?: readonly StandInSeries[];
  /** Answers instant queries: the first entry whose key the query contains. */
  readonly instant?: Readonly<
    Record<string, (time: number, query: string) => { metric: Record<string, string>; value: number }[]>
  >;
  readonly alerts?: readonly unknown[];
}

/** As Prometheus reads it, in seconds: `8072ms`, or a number, of which it cuts what is below a millisecond. */
const readStep = (text: string) =>
  (text.endsWith('ms') ? Number.parseInt(text, 10) : Math.trunc(Math.trunc(Number(text) * 1e9) / 1e6)) / 1000;

/** Speaks the part of Prometheus' HTTP API that the commands use. */
export function servePrometheus(t: TestContext, data: StandInPrometheus): Promise<string> {
  return serve(t, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
    const query = searchParams.get('query') ?? '';
    const number = (name: string) => Number(searchParams.get(name));
    const success = (result: unknown, resultType: string) =>
      sendJson(response, { status: 'success', data: { resultType, result } });
    if (pathname === '/api/v1/alerts')
      return sendJson(response, { status: 'success', data: { alerts: data.alerts ?? [] } });
    if (pathname === '/api/v1/query') {
      const time = searchParams.has('time') ? number('time') : Date.now() / 1000;
      const [, answer] = Object.entries(data.instant ?? {}).find(([part]) => query.includes(part)) ?? [];
      const rows = answer?.(time, query) ?? [];
      return success(
        rows.map(({ metric, value }) => ({ metric, value: [time, String(value)] })),
        'vector',
      );
    }
    if (pathname === '/api/v1/query_range') {
      const names = new Set(query.match(/[a-z_]{5,}/g));
      const [start, end, step] = [number('start'), number('end'), readStep(searchParams.get('step') ?? '')];
      const times: number[] = [];
      for (let time = start; time <= end + 1e-6; time += step) times.push(Math.round(time * 1000) / 1000);
      const result = (data.series ?? [])
        .filter(({ metric }) => names.has(metric.__name__ ?? ''))
        .map(({ metric, at }) => ({
          metric,
          values: times.flatMap((time) => {
            const value = at(time);
            return value === undefined ? [] : [[time, String(value)]];
          }),
        }));
      return success(result, 'matrix');
    }
    return sendJson(response, { status: 'error', error: 'not found' }, 404);
  });
}
