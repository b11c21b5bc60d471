import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { keepCapacity } from './keep-capacity.ts';
import { freePort, predict, root } from './service.ts';
import { until } from './until.ts';

const PORTS = [
  'GTE_PORT',
  'GTE_METRICS_PORT',
  'NGINX_PORT',
  'NGINX_STATUS_PORT',
  'NGINX_TLS_PORT',
  'NGINX_EXPORTER_PORT',
  'NODE_EXPORTER_PORT',
  'PROMETHEUS_PORT',
  'ALERTMANAGER_PORT',
  'RELAY_PORT',
];
const COMPONENTS = ['nginx', 'node-exporter', 'nginx-exporter', 'relay', 'alertmanager', 'prometheus'];
/** Every selector of a rule: what it needs of somebody's metrics. */
const SELECTOR =
  /\b(?:job_task\w*:[\w:]+|(?:gte|node|nginx|process|nodejs|alert_relay|prometheus|alertmanager)_\w+|up)(?:\{[^}]*\})?(?![\w(])/g;

describe('the whole stack, by its own scripts', () => {
  let home: string;
  let env: Record<string, string>;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'gte-stack-'));
    const ports = await Promise.all(PORTS.map(async (name) => [name, String(await freePort())]));
    env = {
      PATH: process.env.PATH ?? '',
      HOME: home,
      PM2_HOME: join(home, 'pm2'),
      STACK_DIR: home,
      GTE_RUN_DIR: join(home, 'run'),
      GTE_CAPACITY_FILE: join(home, 'capacity.json'),
      GTE_WORKERS: '2',
      RELAY_WECOM_URL: 'http://127.0.0.1:1/cgi-bin/webhook/send?key=nobody',
      ...Object.fromEntries(ports),
    };
  });
  after(async () => {
    await run(join(root, 'node_modules/.bin/pm2'), 'kill');
    await rm(home, { recursive: true, force: true });
  });

  async function run(command: string, ...args: string[]) {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await once(child, 'exit');
    return { code, said: (await said).join('') };
  }
  /** Process of each app. */
  const pids = async () => {
    const apps: { name: string; pid: number }[] = JSON.parse(
      (await run(join(root, 'node_modules/.bin/pm2'), 'jlist')).said.split('\n').at(-1) ?? '[]',
    );
    return new Map(apps.map(({ name, pid }) => [name, pid]));
  };
  const query = async (expr: string) => {
    const url = `http://127.0.0.1:${env.PROMETHEUS_PORT}/api/v1/query?query=${encodeURIComponent(expr)}`;
    const answer = (await (await fetch(url)).json()) as { status: string; data: { result: unknown[] } };
    assert.equal(answer.status, 'success', expr);
    return answer.data.result;
  };

  test('When only asked to render, then configuration is written and checked, and nothing is started', async () => {
    const { code, said } = await run('bash', 'ops/start.sh', '--without', 'grafana', '--render');
    assert.equal(code, 0, said);
    for (const name of COMPONENTS) assert.match(said, new RegExp(`^# ${name}(;.*)?\\n.*/`, 'm'));
    assert.match(await readFile(join(home, 'etc/nginx/upstream.conf'), 'utf8'), /slot-1\.sock/);
    await assert.rejects(access(join(home, 'pm2')), { code: 'ENOENT' });
  });

  test('When ops/start.sh is run, then everything is up and verified', async () => {
    const { code, said } = await run('bash', 'ops/start.sh', '--without', 'grafana');
    assert.equal(code, 0, said);
    assert.equal(said.match(/^ok /gm)?.length, 5, said);
    assert.match(said, /^note .*runbook_base_url/m);
    for (const name of COMPONENTS) assert.match(said, new RegExp(`^${name} +started$`, 'm'));
  });

  test('When it is run again, then nothing is disturbed', async () => {
    const before = await pids();
    assert.equal(before.size, COMPONENTS.length + 1);
    const { code, said } = await run('bash', 'ops/start.sh', '--without', 'grafana');
    assert.equal(code, 0, said);
    assert.deepEqual(await pids(), before);
    assert.match(said, /already running$/m);
    for (const name of COMPONENTS) assert.match(said, new RegExp(`^${name} +running$`, 'm'));
  });

  test('When a limit of nginx changes, then nginx rereads its files and nothing else is touched', async () => {
    env.NGINX_RATE = '77';
    const { code, said } = await run('bash', 'ops/start.sh', '--only', 'nginx');
    assert.equal(code, 0, said);
    assert.match(said, /^nginx +reread its configuration$/m);
    assert.match(said, /^prometheus +running$/m);
  });

  test('When a rule selects series, then the running stack has such series', async () => {
    const files = ['recording.yml', 'alerts.yml'].map((name) =>
      readFile(join(root, 'prometheus/rules', name), 'utf8'),
    );
    const rules = (await Promise.all(files)).flatMap((file) =>
      parse(file).groups.flatMap((one: { rules: object[] }) => one.rules),
    );
    const selectors = new Set(rules.flatMap(({ expr }: { expr: string }) => expr.match(SELECTOR) ?? []));
    assert.ok(selectors.size > 25, `${selectors.size} selectors`);
    await keepCapacity(env.GTE_CAPACITY_FILE ?? '', `http://127.0.0.1:${env.GTE_METRICS_PORT}`);
    await until(
      'the capacity is scraped',
      async () => (await query('gte_capacity_requests_per_second')).length > 0,
    );
    // Ratios need requests between two scrapes.
    while ((await query('job_task:gte_task_failed_ratio:rate5m')).length === 0)
      await predict(`http://127.0.0.1:${env.NGINX_PORT}`, { task_type: 'sentiment', input_text: '很满意' });
    const empty = [];
    for (const selector of selectors) if ((await query(selector)).length === 0) empty.push(selector);
    assert.deepEqual(empty, []);
  });

  test('When asked for its state, then every app answers, and after ops/stop.sh none is left', async () => {
    const status = await run('bash', 'ops/status.sh');
    assert.equal(status.code, 0, status.said);
    assert.equal(status.said.match(/ answers$/gm)?.length, COMPONENTS.length + 1, status.said);
    const stop = await run('bash', 'ops/stop.sh');
    assert.equal(stop.code, 0, stop.said);
    assert.equal(stop.said.match(/is stopped$/gm)?.length, COMPONENTS.length + 1, stop.said);
    const after = await run('bash', 'ops/status.sh');
    assert.equal(after.said.match(/not started$/gm)?.length, COMPONENTS.length + 2, after.said);
  });
});
