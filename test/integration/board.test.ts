import assert from 'node:assert/strict';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createChangeReader } from '../../src/metrics/change-reader.ts';
import { createPrimaryMetrics } from '../../src/metrics/primary-metrics.ts';
import { createWorkerMetrics } from '../../src/metrics/worker-metrics.ts';
import { createAdminServer } from '../../src/primary/admin-server.ts';
import { createColumns } from '../../src/primary/board/columns.ts';
import { createBoard } from '../../src/primary/board/create-board.ts';
import { createMetricsLedger } from '../../src/primary/metrics-ledger.ts';
import { assertSecure } from './secure-headers.ts';

const root = resolve(import.meta.dirname, '../..');
const logger = { warn: assert.fail, error: assert.fail } as never;

interface Frame {
  second: number;
  row: (number | null)[];
  totals: number[][];
}

/** Events of a stream, one at a time. */
async function* events(url: string, signal: AbortSignal): AsyncGenerator<{ name: string; data: unknown }> {
  const answer = await fetch(`${url}/board/stream`, { signal });
  assert.equal(answer.headers.get('Content-Type'), 'text/event-stream; charset=utf-8');
  let text = '';
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      yield { name, data: JSON.parse(data) };
    }
  }
}

describe('The board’s routes', () => {
  const worker = createWorkerMetrics({ slot: 0 });
  const readChanges = createChangeReader(worker.sources);
  const ledger = createMetricsLedger({ metrics: createPrimaryMetrics({ slots: [0] }), logger });
  const board = createBoard({
    root,
    slots: 1,
    ledger,
    workers: () => [],
    presence: () => ({ ready: 1, desired: 1 }),
    logger,
  });
  const server = createAdminServer({
    render: ledger.render,
    workers: () => [],
    healthy: () => true,
    logger,
    routes: board.routes,
  });
  const columns = createColumns(1);
  const ended = new AbortController();
  let url: string;

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    board.start();
  });
  after(() => {
    ended.abort();
    board.stop();
    server.closeAllConnections();
    server.close();
  });

  it('When the page is asked for, then its policy allows no inline code, no eval and no other origin', async () => {
    const answer = await fetch(url);
    const policy = answer.headers.get('Content-Security-Policy') ?? '';
    assert.match(answer.headers.get('Content-Type') ?? '', /^text\/html/);
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*|data:/);
    assertSecure(answer.headers, 'Cache-Control');
  });

  it('When the page names a file, and that file another, then each is served', async () => {
    const seen = new Set<string>();
    const visit = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      const answer = await fetch(url + path);
      assert.equal(answer.status, 200, path);
      const text = await answer.text();
      const names = path.endsWith('.js')
        ? [...text.matchAll(/(?:from|import) '([./][^']+)'/g)]
        : [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)];
      for (const [, name = ''] of names) {
        const next = new URL(name, url + path).pathname;
        if (next !== '/metrics') await visit(next);
      }
    };
    await visit('/');
    assert.ok(seen.has('/node_modules/uplot/dist/uPlot.esm.js'));
    assert.ok(seen.has('/board/panels/matrix.js'));
  });

  it('When a file is known to the browser, then it is not sent again', async () => {
    const first = await fetch(`${url}/board/app.js`);
    await first.arrayBuffer();
    const again = await fetch(`${url}/board/app.js`, {
      headers: { 'If-None-Match': first.headers.get('ETag') ?? '' },
    });
    assert.equal(again.status, 304);
  });

  it('When a path would lead out of the board’s files, then it is not found', async () => {
    for (const path of ['/board/../package.json', '/board/%2e%2e/package.json', '/package.json', '/board/'])
      assert.equal((await fetch(url + path)).status, 404, path);
  });

  it('When a viewer comes, then it is greeted, gets a frame a second, and the frames count what happens', async () => {
    const stream = events(url, ended.signal);
    const hello = (await stream.next()).value?.data as { instance: string; columns: { width: number } };
    assert.equal(hello.columns.width, columns.width);
    const first = (await stream.next()).value?.data as Frame;
    worker.taskRequests.inc({ task_type: 'ner', status: 'success' }, 5);
    ledger.apply(1, 0, readChanges());
    const second = (await stream.next()).value?.data as Frame;
    assert.ok(second.second > first.second);
    assert.equal(second.row.length, columns.width);
    assert.equal(second.row[columns.groups.statuses.start], 5);
    assert.equal(second.totals[0]?.[0], 5);

    const answer = await fetch(`${url}/board/history`);
    assert.equal(answer.headers.get('X-Board-Instance'), hello.instance);
    const rows = new Float32Array(await answer.arrayBuffer());
    const last = Number(answer.headers.get('X-Board-Last-Fine'));
    assert.ok(last >= second.second);
    assert.equal(
      rows.length,
      (last + 1 + Number(answer.headers.get('X-Board-Last-Coarse')) + 1) * columns.width,
    );
    assert.equal(rows[second.second * columns.width + columns.groups.statuses.start], 5);
  });

  it('When history is asked for without compression, then it is the same', async () => {
    const plain = await fetch(`${url}/board/history`, { headers: { 'Accept-Encoding': 'identity' } });
    assert.equal(plain.headers.get('Content-Encoding'), null);
    const rows = ['Fine', 'Coarse'].map((ring) => Number(plain.headers.get(`X-Board-Last-${ring}`)) + 1);
    const values = rows.reduce((sum, count) => sum + count, 0) * columns.width;
    assert.equal((await plain.arrayBuffer()).byteLength, values * 4);
  });

  it('When anything but GET and HEAD comes, then it is refused; HEAD opens no stream', async () => {
    assert.equal((await fetch(`${url}/board/stream`, { method: 'POST' })).status, 405);
    const head = await fetch(`${url}/board/stream`, { method: 'HEAD' });
    assert.equal(head.status, 200);
  });

  it('When more people watch than may, then the next is told so', async () => {
    const viewers = [];
    let refused: Response | undefined;
    while (!refused && viewers.length < 100) {
      const answer = await fetch(`${url}/board/stream`, { signal: ended.signal });
      if (answer.status === 200) viewers.push(answer);
      else refused = answer;
    }
    assert.equal(refused?.status, 503);
    assert.match((await refused?.text()) ?? '', /64 people watch/);
  });
});
