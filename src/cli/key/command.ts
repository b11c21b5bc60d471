import { createKey } from '../../auth/new-key.ts';
import { KeyFileError, parseKeys } from '../../auth/parse-keys.ts';
import { usageError } from '../cli-error.ts';
import { defineCommand } from '../define-command.ts';

/** gte key new NAME: a fresh key, shown once, and the line by which the service knows it. */
export const key = defineCommand({
  name: 'key',
  usage: 'new NAME [--rate N/s|N/m] [--concurrency N]',
  summary: { en: 'make an API key', zh: '生成 API 密钥' },
  positionals: 2,
  options: {
    rate: {
      type: 'string',
      value: 'N/s|N/m',
      help: { en: 'requests a second or a minute, like 10/s', zh: '每秒或每分钟的请求数，如 10/s' },
    },
    concurrency: {
      type: 'string',
      value: 'N',
      help: { en: 'requests under way at the same time', zh: '同时进行的请求数' },
    },
  },
  notes: {
    en: 'Add the line to the file named by GTE_API_KEYS_FILE; the service reads it again within a second.\nThe key itself is kept nowhere: give it to its owner.\n',
    zh: '把这一行加入 GTE_API_KEYS_FILE 指定的文件，服务会在一秒内重新读取。\n密钥本身不会保存在任何地方，请交给它的使用者。\n',
  },
  async run({ positionals: [action, name], values, say, print }) {
    if (action !== 'new' || name === undefined)
      throw usageError(
        'use: gte key new NAME; see gte key --help',
        '用法：gte key new 名称；见 gte key --help',
      );
    const { key, line } = makeKey(name, values);
    print(
      { name, key, line },
      () =>
        `${say('key (shown this once)', '密钥（仅显示这一次）')}:\n${key}\n\n${say('line for the key file', '写入密钥文件的行')}:\n${line}\n`,
    );
    return 0;
  },
});

function makeKey(name: string, { rate, concurrency }: { rate?: string; concurrency?: string }) {
  try {
    const made = createKey(name);
    const words = [
      made.line,
      ...(rate ? [`rate=${rate}`] : []),
      ...(concurrency ? [`concurrency=${concurrency}`] : []),
    ];
    const line = words.join(' ');
    parseKeys(line);
    return { key: made.key, line };
  } catch (error) {
    const reason = (error as Error).message.replace(/^line 1: /, '');
    if (error instanceof KeyFileError || error instanceof RangeError) throw usageError(reason, reason);
    throw error;
  }
}
