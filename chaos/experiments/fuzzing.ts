import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { atLeast, atMost, exactly } from '../check.ts';
import { root } from '../cluster/private-build.ts';
import type { Experiment } from '../experiment.ts';
import { runToEnd } from '../run-to-end.ts';

const REPORT = join(root, 'var/fuzz/report.json');

interface FuzzReport {
  readonly schema?: { readonly cases: number; readonly failures: readonly unknown[] };
  /** Missing when a wrong answer ended it. */
  readonly report?: { readonly cases: number; readonly heapRatios: readonly number[] };
  readonly faults: readonly string[];
}

export const fuzzing: Experiment = {
  name: 'fuzzing',
  title: {
    en: 'Generated requests: from the OpenAPI document (schemathesis) and our own (fast-check: Unicode, JSON shapes, headers, sizes)',
    zh: '随机请求：来自 OpenAPI 文档（schemathesis）与自编（fast-check：Unicode、JSON 形状、请求头、大小）',
  },
  promise: {
    en: '≥ 10,000 of each; no 5xx but 503 and 504, no crash, no new label value in /metrics, heap flat',
    zh: '各 ≥ 10,000 例；除 503、504 外无 5xx，不崩溃，/metrics 无新标签值，堆内存平稳',
  },
  fullOnly: true, // its short form is test/e2e/fuzz.test.ts
  limitMinutes: 20,
  async run(run) {
    await rm(REPORT, { force: true });
    const { code, output } = await runToEnd(run, 'npm', ['run', '--silent', 'fuzz']);
    if (code !== 0) run.say(output.slice(-4000));
    const text = await readFile(REPORT, 'utf8').catch(() => {
      throw new Error(`npm run fuzz ended with ${code} and without a report: ${output.slice(-300)}`);
    });
    const { schema, report, faults } = JSON.parse(text) as FuzzReport;
    return [
      atLeast({ en: 'cases of schemathesis', zh: 'schemathesis 用例' }, schema?.cases ?? Number.NaN, 10_000),
      exactly({ en: 'its failures', zh: '其失败' }, schema?.failures.length ?? 'none told', 0),
      atLeast({ en: 'cases of our own', zh: '自编用例' }, report?.cases ?? Number.NaN, 10_000),
      exactly(
        { en: 'their faults', zh: '其失败' },
        faults.map((fault) => fault.slice(0, 200)).join('; ') || 0,
        0,
      ),
      atMost(
        { en: 'heap, end ÷ begin', zh: '堆内存末÷始' },
        Math.max(...(report?.heapRatios ?? [Number.NaN])),
        1.1,
      ),
      exactly({ en: 'exit code', zh: '退出码' }, code, 0),
    ];
  },
};
