import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { commands } from '../../../src/cli/commands.ts';
import { clock } from '../../../src/cli/format.ts';
import { width } from '../../../src/cli/width.ts';
import { gte } from './run-command.ts';
import { serveService } from './stand-in-service.ts';
import { servePrometheus } from './stand-ins.ts';

const OWN = ['status', 'loadtest', 'reconcile', 'why', 'capacity', 'baseline', 'compare'];
const DOWN = { GTE_METRICS_PORT: '9', GTE_PORT: '9', PROMETHEUS_URL: 'http://127.0.0.1:9' };

/** Of the moment that the stand-ins name; all times are shown as local ones. */
const LOCAL = clock(Date.parse('2026-01-31T10:00:00Z') / 1000);

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'gte-cli-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('When no command is given, then all are listed, in the language of the locale', async () => {
  const { code, stdout } = await gte([]);
  assert.equal(code, 2);
  for (const { name, summary } of commands) assert.ok(stdout.includes(name) && stdout.includes(summary.en));
  assert.match(
    (await gte(['--help'], { LC_ALL: 'zh_CN.UTF-8', LANG: 'en_US' })).stdout,
    /每个命令都有 --help 和 --json/,
  );
});

test('When a command is asked for help, then it names all its options, in both languages', async () => {
  for (const name of OWN) {
    const [english, chinese] = [await gte([name, '--help']), await gte([name, '--help'], { LANG: 'zh_CN' })];
    assert.equal(english.code, 0);
    assert.match(english.stdout, new RegExp(`^gte ${name}`));
    assert.match(english.stdout, /--json/);
    assert.match(chinese.stdout, /[一-鿿]/);
    assert.doesNotMatch(english.stdout, /[一-鿿]/);
  }
});

test('When a command is unknown or called wrongly, then what is wrong is said with exit code 2', async () => {
  for (const [args, words] of [
    [['whi'], /no command whi; there are status, /],
    [['status', '--bogus'], /Unknown option '--bogus'; see gte status --help/],
    [['why', 'now'], /unexpected argument now/],
    [['why', '--since', '5'], /--since 5: use a number and ms, s, m, h, d or w/],
    [['why', '--until', 'noon'], /--until noon: use now, a time ago such as 10m, or ISO 8601/],
    [['why', '--prometheus', 'localhost'], /--prometheus localhost: use an address such as/],
    [['loadtest', '--rate', '-1'], /'?--rate'?/],
    [['loadtest', '--header', 'x'], /--header x: use NAME: VALUE/],
    [['compare', 'a'], /name what to compare/],
    [['compare', '2h..1h', 'answers.jsonl'], /compare times with times/],
    [['compare', '1h..2h', '2h..1h'], /ends before it begins/],
  ] as const) {
    const { code, stderr } = await gte(args, DOWN);
    assert.match(stderr, words);
    assert.equal(code, 2, stderr);
  }
});

test('When a command is called wrongly in Chinese, then that is said in Chinese', async () => {
  const said = async (...args: string[]) => (await gte(args, { ...DOWN, LANG: 'zh_CN.UTF-8' })).stderr;
  assert.match(await said('status', '--bogus'), /^gte status: 没有选项 --bogus；见 gte status --help\n$/);
  assert.match(await said('status', '--admin'), /^gte status: 选项的值缺少或多余： --admin/);
  assert.match((await gte(['status'], { GTE_PORT: 'x', LANG: 'zh' })).stderr, /设置有误：.*GTE_PORT=x/);
});

test('When the service is down, then every command that needs it says so with exit code 69', async () => {
  for (const args of [['status'], ['reconcile'], ['capacity'], ['loadtest', '--duration', '1s']]) {
    const { code, stderr } = await gte(args, DOWN);
    assert.equal(code, 69, stderr);
    assert.match(stderr, /127\.0\.0\.1:9 does not answer/);
  }
});

test('When --json is given, then a failure is JSON too', async () => {
  assert.match(
    JSON.parse((await gte(['status', '--json'], DOWN)).stdout).error,
    /admin port .* does not answer/,
  );
});

test('When Prometheus is missing, then the status is shown without it, and that is said', async (t) => {
  const { env } = await serveService(t);
  const { code, stdout } = await gte(['status'], env);
  assert.equal(code, 0);
  assert.match(stdout, /2 of 2 ready/);
  assert.match(stdout, /m\/extractor 1 \(onnx\)/);
  assert.match(stdout, new RegExp(`^0\\s+42\\s+ready\\s+${LOCAL}\\s+7\\s+1\\s+11\\.5\\s+238 MB`, 'm'));
  assert.match(stdout, /Prometheus at .* does not answer/);
});

test('When workers are missing or an alert fires, then the status says so with exit code 1', async (t) => {
  assert.equal((await gte(['status'], (await serveService(t, { ready: 1 })).env)).code, 1);
  const { env } = await serveService(t);
  const alert = (alertname: string) => ({
    labels: { alertname, task_type: 'ner' },
    annotations: { summary: 'ner 的 P95 为 3 s', summary_en: 'P95 of ner is 3 s' },
    state: 'firing',
    activeAt: '2026-01-31T10:00:00Z',
  });
  const prometheus = await servePrometheus(t, {
    alerts: [alert('GTE_TaskLatencyHigh'), alert('Watchdog')],
    instant: {
      'sum by (task_type) (rate(gte_task_requests_total[5m]))': () => [
        { metric: { task_type: 'ner' }, value: 2.5 },
      ],
    },
  });
  const { code, stdout } = await gte(['status', '--prometheus', prometheus], env);
  assert.equal(code, 1);
  assert.match(stdout, new RegExp(`GTE_TaskLatencyHigh\\s+ner\\s+${LOCAL}\\s+P95 of ner is 3 s`));
  const chinese = await gte(['status', '--prometheus', prometheus], { ...env, LANG: 'zh_CN.UTF-8' });
  assert.match(chinese.stdout, /ner 的 P95 为 3 s/);
  assert.match(stdout, /ner\s+2\.50\s+0\.00 %/);
  assert.doesNotMatch(stdout, /Watchdog/);
});

test('When the service stalls once, then every request due meanwhile counts as slow (no coordinated omission)', async (t) => {
  const { env } = await serveService(t, { delayMs: (i) => (i === 5 ? 600 : 0) });
  const { stdout } = await gte(
    ['loadtest', '--rate', '50', '--even', '--duration', '1s', '--task', 'ner', '--json'],
    env,
  );
  const { all, service, disagreements } = JSON.parse(stdout);
  assert.equal(all.sent, 50);
  // 30 of the 50 were due during the stall; a client that waits for each answer would have seen one slow request.
  assert.ok(all.latency.p50 > 0.1 && all.latency.max >= 0.6, JSON.stringify(all.latency));
  assert.equal(service[0].requests, 50);
  assert.deepEqual(disagreements, []);
});

test('When the service refuses or fails, then requests are counted so, beside what it counted itself', async (t) => {
  const { env } = await serveService(t, { status: (i) => [200, 429, 500][i % 3] as number });
  const { code, stdout, stderr } = await gte(
    ['loadtest', '--rate', '60', '--even', '--duration', '500ms', '--task', 'qa'],
    env,
  );
  assert.equal(code, 0);
  assert.match(stdout, /^qa\s+30\s+10\s+10\s+0\s+10\s+0\s.*│ 30\s+10\s+10\s/m);
  assert.match(stdout, /The service counted the same/);
  assert.match(stderr, /^load \d+ % \d+ · 60\/s$/m);
});

test('When standard error is a terminal, then a bar that fits it is redrawn in place and cleared at the end', async (t) => {
  const { env } = await serveService(t);
  const args = ['loadtest', '--rate', '40', '--even', '--duration', '500ms', '--task', 'ner'];
  const { stderr } = await gte(args, { ...env, LANG: 'zh_CN.UTF-8' }, { columns: 40 });
  const bars = stderr.split('\r\u001b[2K').slice(1);
  assert.ok(bars.length > 10 && bars.at(-1) === '', JSON.stringify(bars));
  assert.match(bars[0] ?? '', /^压测 ░{24} 0 %/);
  assert.match(bars.at(-2) ?? '', /^压测 █{22,24}░* 9\d %/);
  for (const bar of bars) assert.ok(width(bar) < 40 && !bar.includes('\n'), JSON.stringify(bar));
});

test('When answers come too late for the client, then they count with the time that was waited for them', async (t) => {
  const { env } = await serveService(t, { delayMs: (i) => (i === 3 ? 700 : 0) });
  const args = [
    'loadtest',
    '--rate',
    '20',
    '--even',
    '--duration',
    '200ms',
    '--timeout',
    '300ms',
    '--task',
    'ner',
  ];
  const { all } = JSON.parse((await gte([...args, '--json'], env)).stdout);
  assert.deepEqual([all.sent, all.outcomes.no_answer], [4, 1]);
  assert.ok(all.latency.max >= 0.3, JSON.stringify(all.latency));
});

test('When the admin port is gone after the load, then what the client saw is still reported', async (t) => {
  const { env } = await serveService(t, { adminGoneAfter: 10 });
  const args = ['loadtest', '--rate', '40', '--even', '--duration', '500ms', '--task', 'ner'];
  const { code, stdout } = await gte(args, env);
  assert.equal(code, 0);
  assert.match(stdout, /^ner\s+20\s+20\s/m);
  assert.match(stdout, /admin port .* does not answer \(503/);
});

test('When a proxy answers by itself, then the report says so', async (t) => {
  const { env } = await serveService(t, { status: (i) => (i < 2 ? 429 : 200), byProxy: (i) => i < 2 });
  const args = ['loadtest', '--rate', '40', '--even', '--duration', '200ms', '--task', 'ner'];
  assert.match((await gte(args, env)).stdout, /A proxy answered itself, without a worker: 429 × 2\./);
});

test('When the service counts otherwise, then the difference is named', async (t) => {
  const { env } = await serveService(t, { overcount: 3 });
  const { stdout } = await gte(
    ['loadtest', '--rate', '40', '--even', '--duration', '500ms', '--task', 'ner'],
    env,
  );
  assert.match(stdout, /ner success: 20 answers came here, the service counted 23/);
});

test('When other clients keep the counters moving, then a load test still begins and ends', async (t) => {
  const { env, url } = await serveService(t);
  const others = new AbortController();
  const body = '{"task_type":"qa"}';
  const traffic = (async () => {
    while (!others.signal.aborted)
      await (await fetch(`${url}/predict`, { method: 'POST', body })).arrayBuffer();
  })();
  const { stdout } = await gte(
    ['loadtest', '--rate', '20', '--even', '--duration', '500ms', '--task', 'ner'],
    env,
  );
  others.abort();
  await traffic;
  assert.match(stdout, /^ner\s+10\s+10 .*│ 10/m);
  assert.match(stdout, /qa success: 0 answers came here, the service counted \d+/);
});

test('When a baseline is taken, then thresholds are proposed beside what was measured, and written only on demand', async (t) => {
  const path = join(folder(t), 'thresholds.yaml');
  writeFileSync(path, readFileSync(resolve(import.meta.dirname, '../../../prometheus/thresholds.yaml')));
  const original = readFileSync(path, 'utf8');
  const began = Date.now() / 1000 - 7200;
  // Of the window's first and last hour only parts, at 360 requests an hour.
  const part = (metric: Record<string, string>) => (_: number, query: string) => [
    { metric, value: Number(/\[(\d+)s\]/.exec(query)?.[1]) / 10 },
  ];
  const prometheus = await servePrometheus(t, {
    series: [
      { metric: { __name__: 'gte_task_requests_total', task_type: 'ner', status: 'success' }, at: () => 360 },
      { metric: { __name__: 'gte_task_latency_seconds_bucket', task_type: 'ner', le: '0.1' }, at: () => 360 },
      {
        metric: { __name__: 'gte_task_latency_seconds_bucket', task_type: 'ner', le: '+Inf' },
        at: () => 360,
      },
    ],
    instant: {
      'timestamp(gte_workers)': () => [{ metric: {}, value: began }],
      'histogram_quantile(0.95': (_, query) => [
        { metric: {}, value: query.includes('_count[5m])) > 6)[1d:1m]') ? 0.31 : 9 },
      ],
      'increase(gte_task_requests_total[': part({ task_type: 'ner', status: 'success' }),
      'increase(gte_task_latency_seconds_bucket[': (_, query) =>
        ['0.1', '+Inf'].flatMap((le) => part({ task_type: 'ner', le })(_, query)),
    },
  });
  const args = ['baseline', '--window', '24h', '--file', path, '--prometheus', prometheus];
  const { code, stdout } = await gte(args);
  assert.equal(code, 0);
  assert.match(stdout, /^ner\s+8640\s+0\.00 %\s+50\.0\s+95\.0\s+99\.0/m);
  assert.match(stdout, /latency_p95_seconds\s+0\.31\s+2\s+0\.5/);
  assert.match(stdout, /- {3}value: 2\n\+ {3}value: 0\.5\n- {3}measured: null\n\+ {3}measured: 0\.31\n/);
  assert.match(stdout, /Prometheus has only 2h of the 1d/);
  assert.equal(readFileSync(path, 'utf8'), original);
  await gte([...args, '--write']);
  const written = readFileSync(path, 'utf8');
  assert.match(written, /latency_p95_seconds:\n {4}value: 0\.5\n[\s\S]*?measured: 0\.31/);
  assert.ok(written.startsWith(original.slice(0, 200)), 'comments stay');
});

test('When answers are recorded and the service answers otherwise later, then the changed ones are shown', async (t) => {
  const answers = join(folder(t), 'answers.jsonl');
  const { env } = await serveService(t, {
    result: () => [{ text: '甲', type: 'person', start: 0, end: 1, score: 0.91 }],
  });
  assert.match(
    (await gte(['compare', '--record', answers], env)).stdout,
    /12 answers in .*, 0 of them failures/,
  );
  const near = await serveService(t, {
    result: () => [{ text: '甲', type: 'person', start: 0, end: 1, score: 0.9 }],
  });
  assert.equal((await gte(['compare', answers, near.url], env)).code, 0);
  const other = await serveService(t, {
    result: () => [{ text: '甲', type: 'place', start: 0, end: 1, score: 0.91 }],
  });
  const { code, stdout } = await gte(['compare', answers, other.url], env);
  assert.equal(code, 1);
  assert.match(stdout, /12 of 12 answers changed; 2\.0 % may/);
  assert.match(stdout, /0\.type: "person" → "place"/);
  const failing = await serveService(t, { status: () => 500 });
  const chinese = await gte(['compare', answers, failing.url], { ...env, LANG: 'zh_CN.UTF-8' });
  assert.match(chinese.stdout, /状态码：200 → 500/);
  assert.match(chinese.stderr, /^提问 100 % 12\/12$/m);
});

test('When Prometheus scrapes several instances, then gte reconcile --since takes the counters of its own', async (t) => {
  const { env, url } = await serveService(t);
  const log = join(folder(t), 'access.log');
  const body = '{"task_type":"ner"}';
  for (let i = 0; i < 5; i++) await fetch(`${url}/predict`, { method: 'POST', body });
  const line = JSON.stringify({
    msec: String(Date.now() / 1000 - 5),
    status: '200',
    upstream: 'unix:a',
    task_type: 'ner',
    task_status: 'success',
  });
  writeFileSync(log, `${line}\n`.repeat(2));
  const scraped = Date.now() / 1000 - 60;
  const ner = { task_type: 'ner', status: 'success' };
  const started = (instance: string, value: number) => ({ metric: { job: 'gte', instance }, value });
  const prometheus = (mine: number) =>
    servePrometheus(t, {
      instant: {
        'process_start_time_seconds{slot="primary"}': () => [started('a:1', mine), started('b:1', mine + 1)],
        'timestamp(gte_workers{job="gte",instance="a:1"})': () => [{ metric: {}, value: scraped }],
        'gte_task_requests_total{job="gte",instance="a:1"}': () => [{ metric: ner, value: 3 }],
        gte_task_requests_total: () => [{ metric: ner, value: 3 + 100 }],
      },
    });
  const reconcile = async (mine: number) =>
    gte(['reconcile', '--log', log, '--since', '1m', '--prometheus', await prometheus(mine)], env);
  const { code, stdout } = await reconcile(1000);
  assert.match(stdout, /ner\s+success\s+2\s+2\s+0\n[\s\S]*They agree: 2 requests/);
  assert.equal(code, 0);
  const other = await reconcile(2000);
  assert.equal(other.code, 69);
  assert.match(other.stderr, /does not scrape the instance at/);
});

test('When nginx and the service counted the same, then gte reconcile ends with 0, else with 1', async (t) => {
  const { env, url } = await serveService(t);
  const log = join(folder(t), 'access.log');
  const line = JSON.stringify({
    ts: new Date(Date.now() - 5000).toISOString(),
    status: '200',
    upstream: 'unix:a',
    task_type: 'ner',
    task_status: 'success',
  });
  for (let i = 0; i < 3; i++) await fetch(`${url}/predict`, { method: 'POST', body: '{"task_type":"ner"}' });
  writeFileSync(log, `${line}\n`.repeat(3));
  const good = await gte(['reconcile', '--log', log], env);
  assert.match(good.stdout, /ner\s+success\s+3\s+3\s+0\n[\s\S]*They agree: 3 requests/);
  assert.equal(good.code, 0);
  writeFileSync(log, `${line}\n`.repeat(2));
  assert.match(good.stderr, /^read \d+ % access\.log$/m);
  const bad = await gte(['reconcile', '--log', log], { ...env, LANG: 'zh' });
  assert.match(bad.stdout, /不一致/);
  assert.equal(bad.code, 1);
});
