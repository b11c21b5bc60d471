import { definitions } from '../../metrics/definitions.ts';
import type { ListedModel } from '../../model/models-folder/list-models.ts';
import { CliError, EXIT_UNAVAILABLE } from '../cli-error.ts';
import type { Env } from '../command.ts';
import { adminOf } from '../sources/endpoints.ts';
import { usedAs } from './models-dir.ts';

/**
 * Refuses a model that the settings or the choice name, or that the running service has loaded (which may run with other
 * settings). Where no service answers, the settings decide.
 * @throws CliError
 */
export async function requireUnused(
  model: ListedModel,
  values: { readonly admin?: string },
  env: Env,
): Promise<void> {
  if (usedAs(model.dir, env).length > 0)
    throw new CliError({
      en: `${model.name} is in use: change the setting, or gte model use another one first`,
      zh: `${model.name} 正在使用：请先修改设置，或用 gte model use 换成其他模型`,
    });
  if (await isLoaded(model, values, env))
    throw new CliError({
      en: `the running service uses ${model.name}: gte model use another one first`,
      zh: `正在运行的服务使用 ${model.name}：请先用 gte model use 换成其他模型`,
    });
}

async function isLoaded(
  { manifest }: ListedModel,
  values: { readonly admin?: string },
  env: Env,
): Promise<boolean> {
  const samples = await adminOf(values, env)
    .samples()
    .catch((error) => {
      if (error instanceof CliError && error.exitCode === EXIT_UNAVAILABLE) return [];
      throw error;
    });
  return samples.some(
    ({ name, labels, value }) =>
      name === definitions.modelInfo.name &&
      value === 1 &&
      labels.model?.split('/', 1)[0] === manifest?.name &&
      labels.version === manifest?.version,
  );
}
