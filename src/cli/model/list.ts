import { hostCopies } from '../../model/models-folder/host-copies.ts';
import { listModels } from '../../model/models-folder/list-models.ts';
import { defineCommand } from '../define-command.ts';
import { megabytes } from '../format.ts';
import { readConfig } from '../sources/endpoints.ts';
import { table } from '../table.ts';
import { modelsDirOf, modelsOption, usedAs } from './models-dir.ts';

export const list = defineCommand({
  name: 'model list',
  usage: '[--json]',
  summary: {
    en: 'The models that are there, and which the settings name.',
    zh: '已有的模型，以及当前设置所用的模型。',
  },
  options: modelsOption,
  async run(call) {
    const { values, env, say } = call;
    const modelsDir = modelsDirOf(values);
    const { cacheDir } = readConfig(env).model;
    const rows = await Promise.all(
      (await listModels(modelsDir)).map(async (model) => ({
        ...model,
        used: usedAs(model.dir, env),
        copiesBytes: model.manifest ? (await hostCopies(model.manifest, cacheDir)).bytes : 0,
      })),
    );
    const document = {
      dir: modelsDir,
      models: rows.map(({ name, dir, bytes, copiesBytes, used, manifest, problem }) => ({
        name,
        dir,
        bytes,
        host_copies_bytes: copiesBytes,
        used,
        ...(manifest && {
          version: manifest.version,
          license: manifest.license,
          encoder: manifest.encoder && {
            precision: manifest.encoder.precision,
            dimensions: manifest.encoder.dimensions,
            base: manifest.encoder.base,
          },
          extractor: manifest.extractor && Object.keys(manifest.extractor.heads),
          max_tokens: manifest.tokenizer.max_tokens,
        }),
        ...(problem !== undefined && { problem }),
      })),
    };
    call.print(document, () => {
      if (rows.length === 0) return say(`no models in ${modelsDir}\n`, `${modelsDir} 中没有模型\n`);
      const head = [
        say('model', '模型'),
        say('version', '版本'),
        say('encoder', '编码器'),
        say('heads', '任务头'),
        say('tokens', 'token 上限'),
        say('size', '大小'),
        say('host copies', '本机副本'),
        say('used', '使用'),
      ];
      return table(
        head,
        rows.map(({ name, bytes, copiesBytes, used, manifest, problem }) => {
          if (!manifest) return [name, '–', say('unusable', '不可用'), '', '', '', '', problem ?? ''];
          const { encoder, extractor } = manifest;
          return [
            name,
            manifest.version,
            encoder ? `${encoder.precision} × ${encoder.dimensions}` : '–',
            extractor ? String(Object.keys(extractor.heads).length) : '–',
            String(manifest.tokenizer.max_tokens),
            megabytes(bytes),
            copiesBytes > 0 ? megabytes(copiesBytes) : '–',
            used
              .map((as) => (as === 'encoder' ? say('for vectors', '向量') : say('as model', '主模型')))
              .join(' '),
          ];
        }),
        [0, 1, 2, 7],
      );
    });
    return 0;
  },
});
