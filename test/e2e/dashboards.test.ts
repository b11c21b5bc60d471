import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createKey } from '../../src/auth/new-key.ts';
import { committedDashboards, panelsOf } from '../dashboards/panels-of.ts';
import { startNginx } from '../dashboards/start-nginx.ts';
import { type Prometheus, startPrometheus, startTool } from '../dashboards/start-prometheus.ts';
import { keepCapacity } from './keep-capacity.ts';
import { sendMixed } from './mixed-requests.ts';
import { freePort, predict, root, type Service, startService } from './service.ts';
import { until } from './until.ts';

/** What Grafana would fill in. */
const VALUES: Record<string, string> = {
  $__rate_interval: '10s',
  $job: 'gte',
  $instance: '.+',
  $task: 'ner',
  $node: '.+',
  $nginx: '.+',
};
const filled = (expr: string) =>
  Object.entries(VALUES).reduce((text, [name, value]) => text.replaceAll(name, value), expr);
const SECONDS = 15;

describe('The dashboards’ queries', () => {
  let service: Service;
  let prometheus: Prometheus;
  let folder: string;
  let loading = true;
  let load: Promise<unknown>;
  const started: { stop(): Promise<void> }[] = [];

  before(async () => {
    execFileSync('bash', ['ops/fetch-tools.sh', 'prometheus', 'node_exporter', 'nginx_exporter', 'nginx'], {
      cwd: root,
    });
    const nodePort = await freePort();
    const key = createKey('caller');
    folder = await mkdtemp(join(tmpdir(), 'gte-dashboards-'));
    const [keysFile, capacityFile] = [join(folder, 'keys'), join(folder, 'capacity.json')];
    await writeFile(keysFile, `${key.line}\n`);
    service = await startService({
      workers: 2,
      env: { GTE_API_KEYS_FILE: keysFile, GTE_CAPACITY_FILE: capacityFile },
    });
    await keepCapacity(capacityFile, service.metricsUrl);
    const headers = { Authorization: `Bearer ${key.key}` };
    started.push(startTool('node_exporter', [`--web.listen-address=127.0.0.1:${nodePort}`]));
    const nginx = await startNginx();
    started.push(nginx);
    prometheus = await startPrometheus({
      gte: new URL(service.metricsUrl).host,
      node: `127.0.0.1:${nodePort}`,
      nginx: nginx.target,
    });
    load = (async () => {
      while (loading) {
        await sendMixed(service.url, { count: 16, connections: 2, headers });
        await predict(service.url, { task_type: 'ner' }, headers);
      }
    })();
    const rates = 'rate(gte_task_requests_total{task_type="ner"}[10s]) > 0';
    await until('rates have been recorded for a while', async () => {
      const { result } = await prometheus.queryRange(rates, SECONDS);
      return result.some(({ values = [] }) => values.length >= 8);
    });
  });
  after(async () => {
    loading = false;
    await load;
    await prometheus?.stop();
    for (const tool of started) await tool.stop();
    await service?.stop();
    await rm(folder, { recursive: true });
  });

  for (const [file, dashboard] of committedDashboards())
    for (const panel of panelsOf(dashboard))
      it(`When ${file} draws ${panel.title}, then Prometheus has data for it`, async () => {
        for (const { expr } of panel.targets ?? []) {
          const { error, result } = await prometheus.queryRange(filled(expr), SECONDS);
          assert.equal(error, undefined, expr);
          const numbers = result.flatMap(({ values = [] }) =>
            values.map(([, value]) => Number(value.replace('Inf', 'Infinity'))),
          );
          // NaN is what a quantile is in seconds without a request, and for a task that nobody asks for.
          assert.ok(numbers.some(Number.isFinite), `no number from ${filled(expr)}`);
          assert.ok(!numbers.some((n) => Math.abs(n) === Infinity), `an infinite one from ${filled(expr)}`);
        }
      });

  it('When annotations are asked for, then none is an error, and process starts are found', async () => {
    for (const { annotations } of committedDashboards().values())
      for (const { name, expr } of annotations.list) {
        if (!expr) continue;
        const { error, result } = await prometheus.queryRange(filled(expr), SECONDS);
        assert.equal(error, undefined, expr);
        if (name.includes('Process start')) assert.equal(result.length, 3);
      }
  });

  it('When variables are filled, then each has values', async () => {
    for (const { templating } of committedDashboards().values())
      for (const { name, query } of templating.list) {
        if (name === 'datasource') continue;
        const [, metric, label] =
          /^label_values\((.+), (\w+)\)$/.exec((query as { query: string }).query) ?? assert.fail(name);
        const { result } = await prometheus.query(filled(metric ?? ''));
        assert.ok(
          result.some(({ metric: labels }) => labels[label ?? ''] !== undefined),
          `${name}: ${metric}`,
        );
      }
  });

  it('When users ask what their notes say, then they get answers', async () => {
    for (const expr of [
      'rate(gte_task_requests_total{status="success"}[5m])',
      'rate(gte_task_latency_seconds_sum[5m]) / rate(gte_task_latency_seconds_count[5m])',
      'gte_task_latency_seconds_sum / gte_task_latency_seconds_count',
      'gte_active_requests',
    ]) {
      const { error, result } = await prometheus.query(expr);
      assert.equal(error, undefined);
      assert.ok(result.length >= 8, expr);
    }
  });

  it('When Prometheus evaluates the rules, then each is in health, and each recording holds values', async () => {
    await until('all rules were evaluated', async () =>
      (await prometheus.rules()).every(({ health }) => health !== 'unknown'),
    );
    const rules = await prometheus.rules();
    assert.ok(rules.length > 20);
    assert.deepEqual(
      rules.filter(({ health }) => health !== 'ok').map(({ name, lastError }) => `${name}: ${lastError}`),
      [],
    );
    for (const { name } of rules.filter(({ name }) => name.includes(':')))
      assert.notEqual((await prometheus.query(name)).result.length, 0, name);
  });
});
