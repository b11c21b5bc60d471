import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { compareCounts } from '../../../src/cli/reconcile/compare-counts.ts';
import { linesOf, logFiles } from '../../../src/cli/reconcile/log-files.ts';
import { parseLogLine } from '../../../src/cli/reconcile/log-line.ts';
import { cellOf, tallyLog, type Window } from '../../../src/cli/reconcile/tally-log.ts';

const START = Date.parse('2026-01-31T10:00:00Z') / 1000;
const window: Window = { start: START, end: START + 60, lagSeconds: { start: 0.5, end: 0.5 } };

function line(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({
    ts: '2026-01-31T10:00:30+00:00',
    status: '200',
    upstream: 'unix:/run/slot-0.sock',
    upstream_status: '200',
    task_type: 'ner',
    task_status: 'success',
    ...fields,
  });
}

async function* of(...lines: string[]): AsyncGenerator<string> {
  yield* lines;
}

const nginxOnly = { task_type: '', task_status: '', upstream: '', upstream_status: '' };

test('When several workers were tried, then the last one answered', () => {
  const parsed = parseLogLine(
    line({ upstream: 'unix:a, unix:b', task_type: ', ner', task_status: ', success' }),
  );
  assert.deepEqual([parsed?.task, parsed?.status, parsed?.reachedService], ['ner', 'success', true]);
});

test('When the log has milliseconds, then they are used', () => {
  assert.deepEqual(
    [parseLogLine(line({ msec: '1769853630.250' }))?.time, parseLogLine(line())?.blurSeconds],
    [1769853630.25, 1],
  );
});

test('When a line is in another format, then it is counted as strange, not as a request', async () => {
  const tally = await tallyLog(of('127.0.0.1 - - [31/Jan/2026] "GET /"', '{"a":1}', '', line()), window);
  assert.deepEqual([tally.strange, tally.cells.get(cellOf('ner', 'success'))], [2, 1]);
});

test('When requests ended outside the window, then they are left out; at its edges they are told apart', async () => {
  const tally = await tallyLog(
    of(
      line({ ts: '2026-01-31T09:59:00+00:00' }),
      line({ ts: '2026-01-31T10:00:00+00:00' }),
      line(),
      line({ ts: '2026-01-31T10:05:00+00:00' }),
    ),
    window,
  );
  assert.deepEqual([...tally.cells.values(), ...tally.atEdges.values()], [2, 1]);
});

test('When nginx answers by itself, then no task is charged with it', async () => {
  const tally = await tallyLog(
    of(
      line({ ...nginxOnly, status: '429' }),
      line({ ...nginxOnly, status: '404', path: '/metrics' }),
      line({ ...nginxOnly, status: '502', upstream: 'unix:a' }),
    ),
    window,
  );
  assert.deepEqual(
    [...tally.byNginx],
    [
      [429, 1],
      [502, 1],
    ],
  );
  assert.equal(tally.cells.size, 0);
});

test('When log and counters are equal, then they agree', async () => {
  const tally = await tallyLog(of(line(), line(), line({ status: '429', task_status: 'rejected' })), window);
  const result = compareCounts(
    tally,
    new Map([
      [cellOf('ner', 'success'), 2],
      [cellOf('ner', 'rejected'), 1],
    ]),
  );
  assert.deepEqual([result.agrees, result.logged, result.counted, result.findings], [true, 3, 3, []]);
});

test('When clients hung up, then that class is set apart and the rest agrees', async () => {
  const hungUp = line({ status: '499', task_type: '', task_status: '' });
  const tally = await tallyLog(of(line(), hungUp, hungUp), window);
  const counted = new Map([
    [cellOf('ner', 'success'), 2],
    [cellOf('ner', 'cancelled'), 1],
  ]);
  const result = compareCounts(tally, counted);
  assert.deepEqual(result.hungUp, { logged: 2, cancelled: 1 });
  assert.equal(result.agrees, true);
  assert.match(result.findings.map(({ en }) => en).join('\n'), /hung up while the answer was being written/);
});

test("When requests were answered after the client's own time-out, then they agree, and are no hung-up clients", async () => {
  const late = line({ status: '504', task_status: 'cancelled' });
  const tally = await tallyLog(of(line(), late, late), window);
  const counted = (cancelled: number) =>
    compareCounts(
      tally,
      new Map([
        [cellOf('ner', 'success'), 1],
        [cellOf('ner', 'cancelled'), cancelled],
      ]),
    );
  assert.deepEqual([counted(2).agrees, counted(2).findings], [true, []]);
  assert.equal(counted(1).agrees, false);
  assert.equal(counted(3).agrees, false);
});

test('When more were cancelled than hung up at nginx, then log and counters differ', async () => {
  const hungUp = line({ status: '499', task_type: '', task_status: '' });
  const tally = await tallyLog(of(line(), hungUp), window);
  const cancelled = (count: number) =>
    compareCounts(
      tally,
      new Map([
        [cellOf('ner', 'success'), 1],
        [cellOf('ner', 'cancelled'), count],
      ]),
    );
  assert.equal(cancelled(1).agrees, true);
  assert.deepEqual(
    cancelled(1).findings.map(({ en }) => en),
    ['Clients that hung up: 1 in the log (499), 1 counted as cancelled.'],
  );
  assert.equal(cancelled(3).agrees, false);
  assert.match(cancelled(3).findings.at(-1)?.en ?? '', /^2 of the requests .* cancelled are not in the log/);
});

test('When nginx gave up waiting, or a client hung up at the edge of the window, then that explains a cancelled one', async () => {
  const gaveUp = line({ status: '504', task_type: '', task_status: '' });
  const atEdge = line({ ts: '2026-01-31T10:01:00+00:00', status: '499', task_type: '', task_status: '' });
  const result = compareCounts(
    await tallyLog(of(line(), gaveUp, atEdge), window),
    new Map([
      [cellOf('ner', 'success'), 1],
      [cellOf('ner', 'cancelled'), 2],
    ]),
  );
  assert.equal(result.agrees, true);
});

test('When somebody goes around nginx, then the difference and what it usually means are said', async () => {
  const result = compareCounts(await tallyLog(of(line()), window), new Map([[cellOf('ner', 'success'), 5]]));
  assert.equal(result.agrees, false);
  assert.match(result.findings[0]?.en ?? '', /counted 4 requests that the log does not have.*without nginx/);
});

test('When counts were lost with a worker, then the difference and what it usually means are said', async () => {
  const result = compareCounts(
    await tallyLog(of(line(), line()), window),
    new Map([[cellOf('ner', 'success'), 1]]),
  );
  assert.equal(result.agrees, false);
  assert.match(result.findings[0]?.zh ?? '', /SIGKILL/);
});

test('When a difference lies within the requests at the edges, then it is none', async () => {
  const edge = line({ ts: '2026-01-31T10:00:59+00:00' });
  const result = compareCounts(
    await tallyLog(of(line(), edge, edge), window),
    new Map([[cellOf('ner', 'success'), 2]]),
  );
  assert.equal(result.agrees, true);
});

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'gte-log-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('When logs were rotated and gzipped, then all that reach into the window are read, oldest first', async (t) => {
  const dir = folder(t);
  const write = (name: string, content: string | Buffer, ageSeconds: number) => {
    writeFileSync(join(dir, name), content);
    utimesSync(join(dir, name), START - ageSeconds, START - ageSeconds);
  };
  write('access.log', 'd\n', 0);
  write('access.log.1', 'c\n', 10);
  write('access.log.2.gz', gzipSync('a\nb\n'), 20);
  write('access.log-20260101', 'old\n', 5000);
  write('error.log', 'x\n', 0);
  const files = await logFiles(join(dir, 'access.log'), START - 100);
  assert.deepEqual(
    files.map((file) => basename(file)),
    ['access.log.2.gz', 'access.log.1', 'access.log'],
  );
  const lines: string[] = [];
  for (const file of files) for await (const text of linesOf(file)) lines.push(text);
  assert.deepEqual(lines, ['a', 'b', 'c', 'd']);
});

test('When there is no log, then its path and the way to name it are said', async (t) => {
  await assert.rejects(
    logFiles(join(folder(t), 'access.log'), 0),
    /access\.log is missing; name it with --log/,
  );
});

test('When a gzipped log is damaged, then it is named', async (t) => {
  const path = join(folder(t), 'access.log.1.gz');
  writeFileSync(path, 'not gzip');
  await assert.rejects(async () => {
    for await (const _ of linesOf(path));
  }, /access\.log\.1\.gz can't be read/);
});

test('When a log can be opened but not read, then it is named, gzipped or not', async (t) => {
  for (const name of ['access.log', 'access.log.1.gz']) {
    const path = join(folder(t), name);
    mkdirSync(path);
    await assert.rejects(
      async () => {
        for await (const _ of linesOf(path));
      },
      (error: Error) => error.message.startsWith(`${path} can't be read: EISDIR`),
    );
  }
});
