import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { MODEL_NAME } from '../../model/models-folder/model-paths.ts';
import { chosenModel } from '../../model-choice.ts';
import { root } from '../../root.ts';
import { CliError } from '../cli-error.ts';
import type { Env } from '../command.ts';
import { defineCommand } from '../define-command.ts';
import { megabytes } from '../format.ts';
import { readConfig } from '../sources/endpoints.ts';
import { requireBuild } from './checkout.ts';
import { createBundle } from './create-bundle.ts';

export const bundle = defineCommand({
  name: 'bundle',
  usage: '[--output FILE] [--model NAME]... [--tools] [--add FILE]...',
  summary: {
    en: 'Packs the service for a machine without network: tracked files, dist, production packages, the model in use.',
    zh: '为没有网络的机器打包：受控文件、dist、生产依赖、在用的模型。',
  },
  notes: {
    en: 'There: tar -xzf FILE && cd FOLDER && bash ops/start.sh --only service. It needs Node.js 20.19 or later, bash and ps. Linux on x64 and arm64.',
    zh: '在目标机器上：tar -xzf 文件 && cd 目录 && bash ops/start.sh --only service。需要 Node.js 20.19 以上、bash 和 ps；支持 x64 与 arm64 的 Linux。',
  },
  options: {
    output: {
      type: 'string',
      value: 'FILE',
      help: { en: 'the .tar.gz to write (default: var/bundles)', zh: '输出的 .tar.gz（默认在 var/bundles）' },
    },
    model: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      help: { en: 'a further model of models/; may be repeated', zh: '再带上 models/ 中的某个模型；可重复' },
    },
    tools: {
      type: 'boolean',
      help: {
        en: "the monitoring programs' Debian packages that ops/fetch-tools.sh has downloaded",
        zh: 'ops/fetch-tools.sh 已下载的监控程序 Debian 软件包',
      },
    },
    add: {
      type: 'string',
      value: 'FILE',
      multiple: true,
      help: {
        en: "a file for extras/, such as Node.js' or Prometheus' tarball; may be repeated",
        zh: '放入 extras/ 的文件，例如 Node.js 或 Prometheus 的压缩包；可重复',
      },
    },
  },
  async run({ values, env, say, print }) {
    const extras = (values.add ?? []).map((path) => resolve(path));
    for (const path of extras)
      if (!statSync(path, { throwIfNoEntry: false })?.isFile())
        throw new CliError({ en: `${path} is no file`, zh: `${path} 不是文件` });
    const models = new Set([...modelsInUse(env), ...(values.model ?? []).map(requireFolder)]);
    requireBuild(root);
    const made = await createBundle({
      root,
      file: values.output === undefined ? undefined : resolve(values.output),
      models: [...models],
      tools: values.tools ? join(root, 'var/tools/debs') : undefined,
      extras,
    });
    const { file, folder, bytes, packages, changed } = made;
    print(made, () =>
      [
        `${file} (${megabytes(bytes)}), ${file}.sha256`,
        say(
          `unpacks to ${folder}: ${packages} packages, models ${made.models.join(', ')}`,
          `解包后为 ${folder}：${packages} 个依赖包，模型 ${made.models.join('、')}`,
        ),
        ...(changed ? [say('Tracked files differ from the commit.', '受控文件与提交不一致。')] : []),
        '',
      ].join('\n'),
    );
    return 0;
  },
});

/** Names of the models that the settings and the choice name, where they are in models/. */
function modelsInUse(env: Env): string[] {
  const { dir, encoderDir } = chosenModel(readConfig(env).model);
  return [dir, ...(encoderDir === undefined ? [] : [encoderDir])]
    .filter((path) => dirname(path) === join(root, 'models'))
    .map((path) => path.slice(join(root, 'models').length + 1));
}

function requireFolder(name: string): string {
  if (MODEL_NAME.test(name) && existsSync(join(root, 'models', name, 'manifest.json'))) return name;
  throw new CliError({
    en: `there is no model ${name} in models/; gte model list shows them`,
    zh: `models/ 中没有模型 ${name}；gte model list 可列出`,
  });
}
