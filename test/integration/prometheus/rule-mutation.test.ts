import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { type FileRule, mutantsOf } from './mutants.ts';
import { runTool } from './promtool.ts';

const prometheus = resolve(import.meta.dirname, '../../../prometheus');

async function rulesOf(name: string): Promise<FileRule[]> {
  const text = await readFile(join(prometheus, 'rules', name), 'utf8');
  return parse(text).groups.flatMap(({ rules }: { rules: FileRule[] }) => rules);
}

/** As the tests' group_eval_order names them. */
const GROUPS: Record<string, string> = { 'recording.yml': 'gte-recording', 'alerts.yml': 'gte-tasks' };

const recording = await rulesOf('recording.yml');
const alerts = await rulesOf('alerts.yml');

/** The recording rules an expression stands on, in the order they are evaluated. */
function foundation(expr: string): FileRule[] {
  const needed = new Set<string>();
  const visit = (text: string) => {
    for (const { record = '', expr: below } of recording) {
      if (needed.has(record) || !new RegExp(`${record}(?!\\w)`).test(text)) continue;
      needed.add(record);
      visit(below);
    }
  };
  visit(expr);
  return recording.filter(({ record = '' }) => needed.has(record));
}

type Files = (rule: FileRule) => Record<string, readonly FileRule[]>;

interface UnitTests {
  readonly tests: { readonly promql_expr_test?: readonly { readonly expr: string }[] }[];
}

/** A file of tests with only the expectations of one recording rule, which then needs no other. */
async function testsOf({ record }: FileRule, file: string): Promise<string> {
  const unit: UnitTests = parse(await readFile(join(prometheus, 'tests', file), 'utf8'));
  const tests = unit.tests
    .map((one) => ({
      ...one,
      promql_expr_test: one.promql_expr_test?.filter(({ expr }) => expr.includes(`${record}`)),
    }))
    .filter((one) => (one.promql_expr_test?.length ?? 0) > 0);
  assert.ok(tests.length > 0, `${file} expects nothing of ${record}`);
  return stringify({ ...unit, tests });
}

/**
 * Runs one rule's promtool test against the rule and each of its mutants, all in one promtool, every variant in a
 * folder with only what its test needs. Returns what was changed in the mutants that went unnoticed.
 */
async function survivors(t: TestContext, original: FileRule, unitTest: string, files: Files) {
  const folder = await mkdtemp(join(tmpdir(), 'mutants-'));
  t.after(() => rm(folder, { recursive: true }));
  const variants = [{ change: 'none', rule: original }, ...mutantsOf(original)];
  const ruleFiles: string[] = [];
  const units = await Promise.all(
    variants.map(async ({ rule }, index) => {
      const home = join(folder, String(index));
      await mkdir(join(home, 'rules'), { recursive: true });
      for (const [name, rules] of Object.entries(files(rule))) {
        const path = join(home, 'rules', name);
        await writeFile(path, stringify({ groups: [{ name: GROUPS[name], rules }] }));
        ruleFiles.push(path);
      }
      await mkdir(join(home, 'tests'));
      const path = join(home, 'tests', 'unit.yml');
      await writeFile(path, unitTest);
      return path;
    }),
  );
  // A mutant that is no valid rule would fail its test for the wrong reason.
  const checked = await runTool('promtool', ['check', 'rules', ...ruleFiles]);
  assert.equal(checked.code, 0, checked.output);
  const { output } = await runTool('promtool', ['test', 'rules', ...units]);
  const reports = output.split('Unit Testing:').slice(1);
  assert.equal(reports.length, variants.length, output);
  const passed = variants.filter((_, index) => /^\s*SUCCESS\s*$/m.test(reports[index] ?? ''));
  assert.equal(passed[0]?.change, 'none', reports[0]);
  assert.ok(variants.length > 1);
  return passed.slice(1).map(({ change }) => change);
}

describe('each rule', { concurrency: availableParallelism() }, () => {
  for (const alert of alerts) {
    test(`When the rule ${alert.alert} is changed in one place, then its promtool test fails`, async (t) => {
      const unitTest = await readFile(join(prometheus, 'tests', `${alert.alert}.yml`), 'utf8');
      const left = await survivors(t, alert, unitTest, (rule) => ({
        'recording.yml': foundation(rule.expr),
        'alerts.yml': [rule],
      }));
      assert.deepEqual(left, []);
    });
  }

  for (const rule of recording) {
    test(`When the rule ${rule.record} is changed in one place, then its promtool test fails`, async (t) => {
      const file = !rule.record?.includes('failed_ratio')
        ? 'recording.yml'
        : rule.record.endsWith('6h')
          ? 'error-budget-recording-6h.yml'
          : 'error-budget-recording.yml';
      const left = await survivors(t, rule, await testsOf(rule, file), (changed) => ({
        'recording.yml': [...foundation(rule.expr), changed],
      }));
      assert.deepEqual(left, []);
    });
  }
});
