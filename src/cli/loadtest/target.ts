import { usageError } from '../cli-error.ts';
import type { Env, Options } from '../command.ts';
import { checkUrl, httpUrl, readConfig } from '../sources/endpoints.ts';

/** Options of every command that sends requests. */
export const targetOptions = {
  url: {
    type: 'string',
    value: 'URL',
    help: {
      en: 'where to send (default: GTE_HOST and _PORT); nginx to test the whole way',
      zh: '请求发往何处（默认取 GTE_HOST 和 _PORT）；写 nginx 的地址可测整条链路',
    },
  },
  header: {
    type: 'string',
    multiple: true,
    value: 'NAME:VALUE',
    help: {
      en: 'a header of every request, e.g. "Authorization: Bearer …"',
      zh: '每个请求都带的请求头，例如 "Authorization: Bearer …"',
    },
  },
  task: {
    type: 'string',
    multiple: true,
    value: 'TASK',
    help: { en: 'only this task; may be given several times', zh: '只测此任务；可重复给出' },
  },
  file: {
    type: 'string',
    value: 'FILE',
    help: {
      en: 'requests to choose from: a POST /predict body a line (default: a built-in mix)',
      zh: '请求来源：每行一个 POST /predict 的请求体（默认用内置混合）',
    },
  },
  seed: {
    type: 'string',
    value: 'N',
    help: { en: 'of the random choice and arrivals (default 1)', zh: '随机数种子（默认 1）' },
  },
} as const satisfies Options;

export function targetOf(
  values: { readonly url?: string; readonly header?: readonly string[] },
  env: Env,
): { url: string; headers: Record<string, string> } {
  const { service } = readConfig(env);
  const headers = (values.header ?? []).map((header) => {
    const [, name, value] = /^([\w-]+)\s*:\s*(.+)$/.exec(header) ?? [];
    if (!name || !value)
      throw usageError(`--header ${header}: use NAME: VALUE`, `--header ${header}：请写 名称: 值`);
    return [name.toLowerCase(), value] as const;
  });
  return { url: checkUrl(values.url ?? httpUrl(service), '--url'), headers: Object.fromEntries(headers) };
}
