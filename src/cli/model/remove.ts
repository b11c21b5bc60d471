import { removeHostCopies } from '../../model/models-folder/host-copies.ts';
import { removeModel } from '../../model/models-folder/remove-model.ts';
import { CliError } from '../cli-error.ts';
import { defineCommand } from '../define-command.ts';
import { megabytes } from '../format.ts';
import { adminOption, readConfig } from '../sources/endpoints.ts';
import { requireUnused } from './in-use.ts';
import { modelsDirOf, modelsOption, orCliError, requireModel } from './models-dir.ts';

/** Part of the checkout, and what runs when nothing is set. */
const STARTER = 'starter';

export const remove = defineCommand({
  name: 'model remove',
  usage: 'NAME [--json]',
  summary: {
    en: 'Deletes a model that neither the settings name nor the running service uses, and its copies for this host.',
    zh: '删除既未被设置引用、也未被运行中的服务使用的模型，以及它在本机的副本。',
  },
  positionals: 1,
  options: { ...adminOption, ...modelsOption },
  async run(call) {
    const { values, env } = call;
    const model = await requireModel(call.positionals, values);
    const { name, bytes, manifest } = model;
    if (name === STARTER)
      throw new CliError({
        en: 'the starter belongs to the checkout',
        zh: 'starter 是仓库的一部分，不能删除',
      });
    await requireUnused(model, values, env);
    const modelsDir = modelsDirOf(values);
    await orCliError(() => removeModel(modelsDir, name));
    const copies = manifest ? await removeHostCopies(manifest, readConfig(env).model.cacheDir, modelsDir) : 0;
    call.print({ name, bytes, host_copies_bytes: copies }, () =>
      call.say(
        `removed ${name}, ${megabytes(bytes)}, and ${megabytes(copies)} of copies for this host\n`,
        `已删除 ${name}，${megabytes(bytes)}，以及本机副本 ${megabytes(copies)}\n`,
      ),
    );
    return 0;
  },
});
