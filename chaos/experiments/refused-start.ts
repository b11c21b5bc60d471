import { join } from 'node:path';
import { exactly } from '../check.ts';
import { root } from '../cluster/private-build.ts';
import type { Experiment } from '../experiment.ts';
import { runToEnd } from '../run-to-end.ts';

export const refusedStart: Experiment = {
  name: 'refused-start',
  title: {
    en: "A flipped byte in a model file, a truncated one, another model's tokenizer, a taken port or metrics port, a wrong setting",
    zh: '模型文件一个字节翻转、被截断、分词器来自另一个模型、端口或指标端口被占用、设置错误',
  },
  promise: {
    en: 'start refused with exit code 78 and one sentence that names it',
    zh: '拒绝启动，退出码 78，一句话指明原因',
  },
  fullOnly: true,
  async run(run) {
    const file = 'test/e2e/start-faults.test.ts';
    const args = ['--import', './test/typescript.mjs', '--test', '--test-reporter=tap', join(root, file)];
    const { output } = await runToEnd(run, process.execPath, args);
    const count = (word: string) =>
      Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(output)?.[1] ?? Number.NaN);
    return [
      exactly({ en: `cases of ${file} passed`, zh: `${file} 通过的用例` }, count('pass'), count('tests')),
      exactly({ en: 'failed', zh: '失败' }, count('fail'), 0),
    ];
  },
};
