import { join, resolve } from 'node:path';
import { StartError } from '../../errors.ts';
import { ModelError } from '../../model/model-error.ts';
import { describeModel, type ListedModel } from '../../model/models-folder/list-models.ts';
import { MODEL_NAME } from '../../model/models-folder/model-paths.ts';
import { chosenModel } from '../../model-choice.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Env, Options } from '../command.ts';
import { readConfig } from '../sources/endpoints.ts';

export const modelsOption = {
  models: {
    type: 'string',
    value: 'DIR',
    help: { en: 'folder of all models (default: models)', zh: '存放模型的目录（默认 models）' },
  },
} as const satisfies Options;

const root = resolve(import.meta.dirname, '../../..');

export const modelsDirOf = (values: { readonly models?: string }) =>
  values.models === undefined ? join(root, 'models') : resolve(values.models);

/** Where a model is the one that the settings or the choice name; the service may run with other settings. */
export function usedAs(dir: string, env: Env): ('model' | 'encoder')[] {
  const model = chosenModel(readConfig(env).model);
  return [
    ...(model.dir === dir ? (['model'] as const) : []),
    ...(model.encoderDir === dir ? (['encoder'] as const) : []),
  ];
}

/** The model that the one argument names. @throws CliError */
export async function requireModel(
  [name]: readonly string[],
  values: { readonly models?: string },
): Promise<ListedModel> {
  if (name === undefined)
    throw usageError('name a model; gte model list shows them', '请给出模型名；gte model list 可列出');
  const modelsDir = modelsDirOf(values);
  const found = MODEL_NAME.test(name) ? await describeModel(modelsDir, name) : undefined;
  if (!found?.manifest)
    throw new CliError({
      en: found?.problem ?? `there is no model ${name} in ${modelsDir}`,
      zh: found?.problem ?? `${modelsDir} 中没有模型 ${name}`,
    });
  return found;
}

/** Runs what may throw a ModelError or StartError; their sentences are in English only. */
export async function orCliError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ModelError || error instanceof StartError)
      throw new CliError({ en: error.message, zh: error.message });
    throw error;
  }
}
