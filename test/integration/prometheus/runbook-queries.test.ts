import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { runTool } from './promtool.ts';

const folder = resolve(import.meta.dirname, '../../../docs/runbooks');
const FUNCTIONS = /^(sum|rate|increase|changes|histogram_quantile|predict_linear)\b/;
const SELECTORS = /^(up|ALERTS|(gte|node|process|nodejs|scrape|prometheus|alert_relay)_\w+)\b[^`]*$/;

const queries = readdirSync(folder).flatMap((page) =>
  [...readFileSync(join(folder, page), 'utf8').matchAll(/`([^`]+)`/g)].flatMap(([, code = '']) =>
    FUNCTIONS.test(code) || (SELECTORS.test(code) && !/ (-|--)\w/.test(code)) ? [{ page, code }] : [],
  ),
);

test("When a runbook gives a query, then Prometheus' parser takes it", async (t) => {
  const rules = mkdtempSync(join(tmpdir(), 'gte-runbooks-'));
  t.after(() => rmSync(rules, { recursive: true }));
  assert.ok(queries.length > 100, `${queries.length} queries found`);
  const file = join(rules, 'queries.yml');
  const groups = queries.map(({ page, code }, index) => ({
    name: `${page} ${index}: ${code}`,
    rules: [{ record: `query:${index}`, expr: code }],
  }));
  writeFileSync(file, stringify({ groups }, { lineWidth: 0 }));
  const { code, output } = await runTool('promtool', ['check', 'rules', file]);
  assert.equal(code, 0, output);
});
