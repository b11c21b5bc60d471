import { relative } from 'node:path';
import { type AddedModel, addModel, nameFor } from '../../model/add-model.ts';
import { qualityTable } from '../../model/build/quality.ts';
import { parseSource } from '../../model/hub/parse-source.ts';
import { removeHostCopies } from '../../model/models-folder/host-copies.ts';
import { describeModel, type ListedModel } from '../../model/models-folder/list-models.ts';
import { MODEL_NAME } from '../../model/models-folder/model-paths.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call, Options } from '../command.ts';
import { defineCommand } from '../define-command.ts';
import { amount } from '../format.ts';
import { adminOption, readConfig } from '../sources/endpoints.ts';
import { hubSettings } from './hub-settings.ts';
import { requireUnused } from './in-use.ts';
import { modelsDirOf, modelsOption, orCliError } from './models-dir.ts';
import { poolingOption } from './pooling-option.ts';
import { createStageBar } from './stage-bar.ts';

/** As shells report SIGINT. */
const EXIT_INTERRUPTED = 130;

const options = {
  int8: {
    type: 'boolean',
    help: {
      en: 'quantise, and compare with fp32 on 200 texts',
      zh: '量化为 int8，并在 200 条文本上与 fp32 对比',
    },
  },
  name: {
    type: 'string',
    value: 'NAME',
    help: {
      en: 'what to call it (default: as the source, -int8)',
      zh: '模型名（默认取来源名，int8 加 -int8）',
    },
  },
  pooling: {
    type: 'string',
    value: 'MODE',
    help: {
      en: 'cls, mean or mean_sqrt_len, where the model does not say',
      zh: '模型未说明时：cls、mean 或 mean_sqrt_len',
    },
  },
  'no-normalize': {
    type: 'boolean',
    help: { en: 'with --pooling: vectors are not scaled to length 1', zh: '与 --pooling 同用：向量不归一化' },
  },
  replace: { type: 'boolean', help: { en: 'replace a model of that name', zh: '替换同名模型' } },
  'keep-download': {
    type: 'boolean',
    help: { en: 'keep the downloaded files for another conversion', zh: '保留下载的文件以便再次转换' },
  },
  ...adminOption,
  ...modelsOption,
} as const satisfies Options;

export const add = defineCommand({
  name: 'model add',
  usage: 'SOURCE [--int8] [--name NAME]',
  summary: {
    en: 'Fetches a BERT encoder, checks it, converts it to ONNX, tries it, and says what to set. No Python needed.',
    zh: '下载 BERT 编码器，校验，转换为 ONNX，试运行，并给出要设置的内容。不需要 Python。',
  },
  notes: {
    en: [
      'SOURCE is org/name on Hugging Face, modelscope:org/name (both with @revision if need be), or a folder: ./dir.',
      'HF_ENDPOINT (a mirror), HF_TOKEN, MODELSCOPE_API_TOKEN, HTTPS_PROXY, ALL_PROXY and NO_PROXY are respected.',
      'Interrupted? Run it again: it goes on where it was.',
    ].join('\n'),
    zh: [
      'SOURCE：Hugging Face 的 org/name，modelscope:org/name（都可加 @版本），或本地目录 ./dir。',
      '支持 HF_ENDPOINT（镜像）、HF_TOKEN、MODELSCOPE_API_TOKEN、HTTPS_PROXY、ALL_PROXY 和 NO_PROXY。',
      '中断后再次运行会从断点继续。',
    ].join('\n'),
  },
  positionals: 1,
  options,
  async run(call) {
    const startedAt = performance.now();
    const added = await orCliError(() => addFrom(call));
    const seconds = (performance.now() - startedAt) / 1000;
    const { manifest: _, ...rest } = added;
    call.print({ ...rest, manifest: added.manifest, seconds }, () => render(added, seconds, call));
    if (added.quality?.warning !== undefined) call.streams.stderr.write(`${added.quality.warning}\n`);
    return 0;
  },
});

async function addFrom(call: Call<typeof options>): Promise<AddedModel> {
  const { values, positionals, env, streams, say } = call;
  const [source] = positionals;
  if (source === undefined)
    throw usageError('say which model, e.g. thenlper/gte-large-zh', '请给出模型，例如 thenlper/gte-large-zh');
  const modelsDir = modelsDirOf(values);
  const int8 = values.int8 ?? false;
  const replaced = values.replace ? await toReplace(call, source, modelsDir) : undefined;
  const bar = createStageBar(call);
  const signal = streams.interrupted ?? new AbortController().signal;
  try {
    const added = await addModel({
      source,
      modelsDir,
      name: values.name,
      int8,
      pooling: poolingOption(values),
      replace: values.replace,
      keepDownload: values['keep-download'],
      settings: parseSource(source).kind === 'folder' ? {} : hubSettings(env),
      signal,
      onProgress: bar.update,
    });
    if (replaced?.manifest)
      await removeHostCopies(replaced.manifest, readConfig(env).model.cacheDir, modelsDir);
    return added;
  } catch (error) {
    if (!signal.aborted) throw error;
    const kept = say('interrupted; what was fetched is kept', '已中断；已下载的部分会保留');
    throw new CliError({ en: kept, zh: kept }, EXIT_INTERRUPTED);
  } finally {
    bar.end();
  }
}

/** The model that will be replaced, which nobody may be using: a worker that is respawned would answer otherwise than its peers. */
async function toReplace(
  { values, env }: Call<typeof options>,
  source: string,
  modelsDir: string,
): Promise<ListedModel | undefined> {
  const name = nameFor(parseSource(source), { name: values.name, int8: values.int8 ?? false });
  if (!MODEL_NAME.test(name)) return undefined;
  const found = await describeModel(modelsDir, name);
  if (!found.manifest) return undefined;
  await requireUnused(found, values, env);
  return found;
}

function render(
  { name, dir, bytes, manifest, quality }: AddedModel,
  seconds: number,
  { say }: Call<typeof options>,
) {
  const shown = relative('.', dir);
  const path = shown.startsWith('..') ? dir : shown;
  const encoder = manifest.encoder;
  const facts = [
    `${encoder?.precision} ${encoder?.dimensions} ${say('dimensions', '维')}`,
    `${manifest.tokenizer.max_tokens} ${say('tokens', 'token')}`,
    `${(bytes / 1e6).toFixed(0)} MB`,
    `${amount(seconds)} s`,
  ];
  return [
    `${say('Added', '已添加')} ${name} ${manifest.version}: ${facts.join(', ')}`,
    ...(quality ? ['', qualityTable(quality)] : []),
    '',
    say('To use it for vectors, similarity and your own labels:', '用于向量、相似度和自定义标签：'),
    `  bin/gte model use ${name}`,
    say('or set this and restart or reload the service:', '或设置下面这一项，然后重启或重载服务：'),
    `  GTE_ENCODER_DIR=${path}`,
    '',
  ].join('\n');
}
