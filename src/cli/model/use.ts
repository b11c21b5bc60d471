import { access, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { checkModel } from '../../model/models-folder/check-model.ts';
import type { ListedModel } from '../../model/models-folder/list-models.ts';
import { candidateOf, type ModelChoice, readChoice } from '../../model-choice.ts';
import { writeChoice } from '../../write-choice.ts';
import { CliError } from '../cli-error.ts';
import type { Call, Options } from '../command.ts';
import { defineCommand } from '../define-command.ts';
import { adminOption, readConfig } from '../sources/endpoints.ts';
import { modelsOption, orCliError, requireModel } from './models-dir.ts';
import { createServiceReload } from './service-reload.ts';

const POLL_MS = 200;

const options = { ...adminOption, ...modelsOption } as const satisfies Options;

export const use = defineCommand({
  name: 'model use',
  usage: 'NAME [--json]',
  summary: {
    en: 'Makes the service use a model, now and after restarts: a rolling reload, its golden rows first; if they fail, the old one stays.',
    zh: '让服务使用某个模型（重启后仍有效）：逐个替换工作进程并先核对基准答案；失败则保留原模型。',
  },
  notes: {
    en: 'An encoder gives vectors, similarity and your own labels beside the spans of the model in use; a whole model (such as starter) replaces both. GTE_MODEL_DIR and GTE_ENCODER_DIR go before the choice.',
    zh: '编码器负责向量、相似度和自定义标签，抽取仍由当前模型完成；完整模型（如 starter）同时替换两者。GTE_MODEL_DIR 与 GTE_ENCODER_DIR 优先于此选择。',
  },
  positionals: 1,
  options,
  async run(call) {
    const model = await requireModel(call.positionals, call.values);
    const { model: settings } = readConfig(call.env);
    if (!settings.choice.counts)
      throw new CliError({
        en: 'GTE_MODEL_DIR or GTE_ENCODER_DIR is set and goes before a choice: unset it, or set it to the model',
        zh: '已设置 GTE_MODEL_DIR 或 GTE_ENCODER_DIR，其优先于此选择：请取消设置，或直接指向该模型',
      });
    const { problems } = await orCliError(() => checkModel(model.dir));
    if (problems.length > 0)
      throw new CliError({
        en: `${model.name} answers wrongly: ${problems[0]}`,
        zh: `${model.name} 答案有误：${problems[0]}`,
      });
    const before = await orCliError(async () => readChoice(settings.choice.file));
    const running = await reload(call, model, settings.choice.file, choose(before, model));
    const { name, dir } = model;
    call.print({ name, dir, reloaded: running }, () =>
      running
        ? call.say(`the service now uses ${name}\n`, `服务现在使用 ${name}\n`)
        : call.say(`${name} is used from the next start on\n`, `下次启动时使用 ${name}\n`),
    );
    return 0;
  },
});

function choose(before: ModelChoice, { dir, manifest }: ListedModel): ModelChoice {
  if (manifest?.extractor) return { modelDir: dir };
  return { ...before, encoderDir: dir };
}

/**
 * Leaves the choice to the running service, which tries it and keeps it when all workers could start with it.
 * @returns false when no service runs: the choice is then written.
 * @throws CliError when it refused, or runs on with another model.
 */
async function reload(
  call: Call<typeof options>,
  model: ListedModel,
  file: string,
  choice: ModelChoice,
): Promise<boolean> {
  const service = createServiceReload(call.values, call.env);
  const before = await service.status();
  if (!before) {
    await writeChoice(file, choice);
    return false;
  }
  if (before.state === 'running')
    throw new CliError({ en: 'a reload is under way: try again later', zh: '正在重载：请稍后再试' });
  await writeChoice(candidateOf(file), choice);
  try {
    await service.trigger();
    await outcome(service, before.number);
    const kept = !(await exists(candidateOf(file)));
    if (!kept || (model.manifest && !(await service.runs(model.manifest))))
      throw new CliError({
        en: 'the service reloaded, but its own environment (GTE_MODEL_DIR, GTE_ENCODER_DIR, GTE_MODEL_CHOICE) names another model',
        zh: '服务已重载，但其自身环境变量（GTE_MODEL_DIR、GTE_ENCODER_DIR、GTE_MODEL_CHOICE）指定了其他模型',
      });
    return true;
  } finally {
    await rm(candidateOf(file), { force: true });
  }
}

/** Waits for the end of the reload after number `last`. @throws CliError when it was refused. */
async function outcome(service: ReturnType<typeof createServiceReload>, last: number): Promise<void> {
  for (;;) {
    await wait(POLL_MS);
    const now = await service.status();
    if (!now || now.number < last)
      throw new CliError({ en: 'the service ended while it reloaded', zh: '服务在重载时退出' });
    if (now.number <= last || now.state === 'running') continue;
    if (now.state === 'refused')
      throw new CliError({
        en: `the service stays with its model: ${now.reason}`,
        zh: `服务保留原模型：${now.reason}`,
      });
    return;
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
