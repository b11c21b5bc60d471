import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostCopies } from '../../model/models-folder/host-copies.ts';
import { defineCommand } from '../define-command.ts';
import { megabytes } from '../format.ts';
import { readConfig } from '../sources/endpoints.ts';
import { modelsOption, requireModel, usedAs } from './models-dir.ts';

export const show = defineCommand({
  name: 'model show',
  usage: 'NAME [--json]',
  summary: { en: 'One model: what it offers, and its card.', zh: '某个模型的能力与说明。' },
  positionals: 1,
  options: modelsOption,
  async run(call) {
    const { name, dir, bytes, manifest } = await requireModel(call.positionals, call.values);
    const card = await readFile(join(dir, 'MODEL_CARD.md'), 'utf8').catch(() => null);
    const used = usedAs(dir, call.env);
    const copies = manifest && (await hostCopies(manifest, readConfig(call.env).model.cacheDir));
    call.print({ name, dir, bytes, used, host_copies: copies, manifest, card }, () => {
      const { encoder, extractor, tokenizer } = manifest ?? {};
      const { say } = call;
      const lines: (readonly [string, string | undefined])[] = [
        [say('model', '模型'), `${name} ${manifest?.version}`],
        [say('folder', '目录'), `${dir} (${megabytes(bytes)})`],
        [
          say('copy for this host', '本机副本'),
          copies && copies.dirs.length > 0
            ? `${copies.dirs.join(', ')} (${megabytes(copies.bytes)})`
            : undefined,
        ],
        [say('licence', '许可'), manifest?.license],
        [
          say('encoder', '编码器'),
          encoder && `${encoder.precision}, ${encoder.dimensions}${encoder.base ? `, ${encoder.base}` : ''}`,
        ],
        [say('heads', '任务头'), extractor && Object.keys(extractor.heads).join(', ')],
        [say('tokens', 'token 上限'), String(tokenizer?.max_tokens)],
      ];
      const facts = lines.flatMap(([label, value]) => (value ? [`${label}: ${value}`] : []));
      return `${facts.join('\n')}\n${card === null ? '' : `\n${card}`}`;
    });
    return 0;
  },
});
