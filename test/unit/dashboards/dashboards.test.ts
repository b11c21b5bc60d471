import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderDashboards, toJson } from '../../../src/dashboards/render-dashboards.ts';
import { definitions } from '../../../src/metrics/definitions.ts';
import { createProcessMetrics } from '../../../src/metrics/process-metrics.ts';
import { metricsIn } from '../../dashboards/metrics-in.ts';
import { committedDashboards, folder, type Panel, panelsOf } from '../../dashboards/panels-of.ts';

const dashboards = committedDashboards();

/** Metrics of others: node_exporter 1.5, nginx-prometheus-exporter 0.11, Prometheus itself. */
const EXPORTED = [
  'node_cpu_seconds_total',
  'node_load1',
  'node_memory_MemAvailable_bytes',
  'node_memory_MemTotal_bytes',
  'node_filesystem_avail_bytes',
  'node_filesystem_size_bytes',
  'node_network_receive_bytes_total',
  'node_network_transmit_bytes_total',
  'node_disk_read_bytes_total',
  'node_disk_written_bytes_total',
  'node_uname_info',
  'node_boot_time_seconds',
  'nginx_up',
  'nginx_connections_accepted',
  'nginx_connections_handled',
  'nginx_connections_reading',
  'nginx_connections_writing',
  'nginx_connections_waiting',
  'nginx_http_requests_total',
  'ALERTS',
];

function definedMetrics(): Set<string> {
  const own = Object.values(definitions).flatMap(({ name, type }) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : name,
  );
  const process = createProcessMetrics('0');
  process.refresh();
  return new Set([...own, ...process.registry.getMetricsAsArray().map(({ name }) => name), ...EXPORTED]);
}

const everyPanel = (): [string, Panel][] =>
  [...dashboards].flatMap(([file, dashboard]) =>
    panelsOf(dashboard).map((panel): [string, Panel] => [`${file}: ${panel.title}`, panel]),
  );

test('When the dashboards are generated anew, then they are the committed ones', () => {
  const rendered = renderDashboards();
  assert.deepEqual([...dashboards.keys()].sort(), Object.keys(rendered).sort());
  for (const [name, dashboard] of Object.entries(rendered))
    assert.equal(readFileSync(join(folder, name), 'utf8'), toJson(dashboard), `${name}: npm run dashboards`);
});

test('When a dashboard is imported, then it asks for nothing, binds to the chosen data source and is not edited', () => {
  for (const [file, dashboard] of dashboards) {
    assert.equal(dashboard.schemaVersion, 39, file);
    assert.equal(dashboard.editable, false, file);
    assert.ok(!('__inputs' in dashboard), file);
    assert.match(dashboard.title, /\p{Script=Han}/u, file);
    const [first] = dashboard.templating.list;
    assert.deepEqual(
      [first?.name, first?.type, first?.query],
      ['datasource', 'datasource', 'prometheus'],
      file,
    );
    for (const panel of panelsOf(dashboard))
      for (const { datasource } of [panel, ...(panel.targets ?? [])])
        assert.equal(datasource?.uid, '$datasource', `${file}: ${panel.title}`);
  }
});

test('When an operator looks at a panel, then it has a Chinese title, a description in both languages and a unit', () => {
  for (const [name, panel] of everyPanel()) {
    assert.match(panel.title, /\p{Script=Han}|^CPU$|^P50/u, name);
    const [chinese = '', english = '', ...rest] = (panel.description ?? '').split('\n\n');
    assert.match(chinese, /\p{Script=Han}.*。$/u, name);
    assert.match(english, /^[A-Z0-9“][^\p{Script=Han}]*[.]$/u, name);
    assert.deepEqual(rest, [], name);
    assert.ok(panel.fieldConfig?.defaults.unit, name);
  }
});

test('When a panel asks Prometheus, then every metric it names is one that exists', () => {
  const defined = definedMetrics();
  for (const [name, { targets = [] }] of everyPanel()) {
    assert.notEqual(targets.length, 0, name);
    for (const { expr } of targets) {
      const used = metricsIn(expr);
      assert.notEqual(used.length, 0, expr);
      for (const metric of used) assert.ok(defined.has(metric), `${name}: ${metric} in ${expr}`);
    }
  }
  for (const [file, { annotations, templating }] of dashboards) {
    const queries = templating.list.flatMap(({ query }) =>
      typeof query === 'object' && query !== null && 'query' in query ? [String(query.query)] : [],
    );
    const named = [
      ...annotations.list.flatMap(({ expr }) => (expr ? metricsIn(expr) : [])),
      ...queries.map((query) => /^label_values\((\w+)/.exec(query)?.[1] ?? query),
    ];
    for (const metric of named) assert.ok(defined.has(metric), `${file}: ${metric}`);
  }
});

test('When a rate is taken, then over Grafana’s own window', () => {
  for (const [name, { targets = [] }] of everyPanel())
    for (const { expr } of targets)
      for (const [, window] of expr.matchAll(/\brate\([^[]*\[([^\]]*)\]/g))
        assert.equal(window, '$__rate_interval', `${name}: ${expr}`);
});

test('When an operator looks back, then every dashboard marks starts and, if asked to, alerts', () => {
  for (const [file, { annotations }] of dashboards) {
    const queries = annotations.list.map(({ expr = '' }) => expr);
    for (const marked of [/_time_seconds\{.*\} \* 1000$/, /^ALERTS\{/])
      assert.ok(
        queries.some((expr) => marked.test(expr)),
        `${file}: ${marked}`,
      );
  }
});

test('When a service is chosen, then no series of another job is drawn', () => {
  for (const [file, dashboard] of dashboards) {
    const job = dashboard.templating.list.find(({ name }) => name === 'job');
    assert.ok(job && !job.includeAll && job.allValue === undefined, file);
    for (const { title, targets = [] } of panelsOf(dashboard))
      for (const { expr } of targets)
        for (const [selector, metric = ''] of expr.matchAll(/([a-zA-Z_:][\w:]*)\{[^}]*\}/g))
          if (!/^(node|nginx)_/.test(metric)) assert.match(selector, /job="\$job"/, `${file}: ${title}`);
    for (const { name, expr = '' } of dashboard.annotations.list)
      if (!/instance=~"\$node/.test(expr)) assert.match(expr, /job="\$job"/, `${file}: ${name}`);
  }
});

test('When an operator opens the overview, then the six core panels fill one screen without overlapping', () => {
  const overview = dashboards.get('overview.json');
  const core = overview?.panels.filter(({ type }) => type !== 'row') ?? [];
  assert.equal(core.length, 6);
  assert.ok(core.every(({ gridPos }) => gridPos.y + gridPos.h <= 18));
  assert.equal(core.find(({ type }) => type === 'heatmap')?.options?.calculate, false);
});

test('When panels are placed, then none overlaps another or leaves the grid, and ids are unique', () => {
  for (const [file, dashboard] of dashboards) {
    const cells = new Set<string>();
    for (const panel of dashboard.panels) {
      const { x, y, w, h } = panel.gridPos;
      assert.ok(x >= 0 && x + w <= 24, `${file}: ${panel.title}`);
      for (let i = x; i < x + w; i++)
        for (let j = y; j < y + h; j++) {
          assert.ok(!cells.has(`${i} ${j}`), `${file}: ${panel.title} overlaps at ${i} ${j}`);
          cells.add(`${i} ${j}`);
        }
    }
    const ids = [
      ...dashboard.panels,
      ...panelsOf(dashboard).filter((p) => !dashboard.panels.includes(p)),
    ].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, file);
  }
});

test('When an expression names metrics, then labels, functions and windows are not taken for metrics', () => {
  assert.deepEqual(
    metricsIn(
      'clamp_min(predict_linear((avg(sum by (instance, slot) (rate(a_total{job="$job", x=~"b|c"}[5m]))))[6h:], 86400), 0) / on (instance) d or time() - e_seconds offset 2m > 0.8',
    ),
    ['a_total', 'd', 'e_seconds'],
  );
});
