import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atLeast, atMost, exactly } from '../check.ts';
import { root } from '../cluster/private-build.ts';
import type { Experiment } from '../experiment.ts';
import { runToEnd } from '../run-to-end.ts';

interface FuzzReport {
  readonly schema?: { readonly cases: number; readonly failures: readonly unknown[] };
  readonly report: { readonly cases: number; readonly heapRatios: readonly number[] };
  readonly faults: readonly unknown[];
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
  fullOnly: true,
  async run() {
    await runToEnd('npm', ['run', '--silent', 'fuzz']);
    const { schema, report, faults } = JSON.parse(
      await readFile(join(root, 'var/fuzz/report.json'), 'utf8'),
    ) as FuzzReport;
    return [
      atLeast({ en: 'cases of schemathesis', zh: 'schemathesis 用例' }, schema?.cases ?? 0, 10_000),
      exactly({ en: 'its failures', zh: '其失败' }, schema?.failures.length ?? 0, 0),
      atLeast({ en: 'cases of our own', zh: '自编用例' }, report.cases, 10_000),
      exactly({ en: 'their faults', zh: '其失败' }, faults.length, 0),
      atMost({ en: 'heap, end ÷ begin', zh: '堆内存末÷始' }, Math.max(...report.heapRatios), 1.1),
    ];
  },
};
