import { removeModel } from '../../model/models-folder/remove-model.ts';
import { CliError } from '../cli-error.ts';
import { defineCommand } from '../define-command.ts';
import { megabytes } from '../format.ts';
import { modelsDirOf, modelsOption, orCliError, requireModel, usedAs } from './models-dir.ts';

/** Part of the checkout, and what runs when nothing is set. */
const STARTER = 'starter';

export const remove = defineCommand({
  name: 'model remove',
  usage: 'NAME [--json]',
  summary: {
    en: 'Deletes a model that no setting names. A running service keeps the files it has open.',
    zh: '删除未被设置引用的模型。正在运行的服务仍可使用已打开的文件。',
  },
  positionals: 1,
  options: modelsOption,
  async run(call) {
    const { name, dir, bytes } = await requireModel(call.positionals, call.values);
    if (usedAs(dir, call.env).length > 0 || name === STARTER)
      throw new CliError({
        en:
          name === STARTER
            ? 'the starter belongs to the checkout'
            : `${name} is in use: change the setting first`,
        zh: name === STARTER ? 'starter 是仓库的一部分，不能删除' : `${name} 正在使用：请先修改设置`,
      });
    await orCliError(() => removeModel(modelsDirOf(call.values), name));
    call.print({ name, bytes }, () =>
      call.say(`removed ${name}, ${megabytes(bytes)}\n`, `已删除 ${name}，${megabytes(bytes)}\n`),
    );
    return 0;
  },
});
