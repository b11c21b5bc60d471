import type { HubSettings } from '../../model/hub/fetch-model.ts';
import { usageError } from '../cli-error.ts';
import type { Env } from '../command.ts';

/** The usual variables of the hubs and of proxies; lower case wins, as in curl. @throws CliError */
export function hubSettings(env: Env): HubSettings {
  return {
    huggingFace: { endpoint: env.HF_ENDPOINT, token: env.HF_TOKEN },
    modelScope: { endpoint: env.MODELSCOPE_ENDPOINT, token: env.MODELSCOPE_API_TOKEN },
    proxies: {
      http: proxy(env, ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']),
      https: proxy(env, ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']),
      none: env.no_proxy || env.NO_PROXY,
    },
  };
}

/** The first variable that is set; without a scheme it is http. Its value may hold a password and is not shown. */
function proxy(env: Env, names: readonly string[]): string | undefined {
  const name = names.find((candidate) => env[candidate]);
  if (name === undefined) return undefined;
  const value = env[name] as string;
  const address = value.includes('://') ? value : `http://${value}`;
  if (/^https?:\/\//i.test(address) && URL.canParse(address)) return address;
  throw usageError(
    `${name} names no proxy that can be used: write http://host:port (SOCKS is not supported)`,
    `${name} 指定的代理无法使用：请写成 http://主机:端口（不支持 SOCKS）`,
  );
}
