import { checkModel } from '../../model/models-folder/check-model.ts';
import { defineCommand } from '../define-command.ts';
import { modelsOption, orCliError, requireModel } from './models-dir.ts';

/** Exit code of a model that answers otherwise than its manifest promises. */
const EXIT_DIFFERENT = 1;

export const verify = defineCommand({
  name: 'model verify',
  usage: 'NAME [--json]',
  summary: {
    en: 'Compares every file with its SHA-256, opens the graphs, and asks the golden rows. Exit code 1 when something differs.',
    zh: '校验每个文件的 SHA-256，打开计算图，并核对基准答案。有差异时退出码为 1。',
  },
  positionals: 1,
  options: modelsOption,
  async run(call) {
    const { name, dir } = await requireModel(call.positionals, call.values);
    const { rowsAsked, rowsTotal, widestDifference, problems } = await orCliError(() => checkModel(dir));
    call.print({ name, rowsAsked, rowsTotal, widestDifference, problems }, () => {
      if (problems.length > 0) return `${problems.join('\n')}\n`;
      const rows = `${rowsAsked}/${rowsTotal}`;
      const widest = widestDifference.toFixed(4);
      return call.say(
        `${name}: files are whole; ${rows} golden rows asked, widest difference ${widest}${rowsAsked < rowsTotal ? '; workers ask the others when they start' : ''}\n`,
        `${name}：文件完整；核对 ${rows} 条基准答案，最大差异 ${widest}${rowsAsked < rowsTotal ? '；其余由工作进程启动时核对' : ''}\n`,
      );
    });
    return problems.length > 0 ? EXIT_DIFFERENT : 0;
  },
});
