import type { HubSettings } from '../../model/hub/fetch-model.ts';
import type { Env } from '../command.ts';

/** The usual variables of the hubs and of proxies; lower case wins, as in curl. */
export function hubSettings(env: Env): HubSettings {
  const either = (name: string) => env[name.toLowerCase()] || env[name];
  return {
    huggingFace: { endpoint: env.HF_ENDPOINT, token: env.HF_TOKEN },
    modelScope: { endpoint: env.MODELSCOPE_ENDPOINT, token: env.MODELSCOPE_API_TOKEN },
    proxies: {
      http: either('HTTP_PROXY') || either('ALL_PROXY'),
      https: either('HTTPS_PROXY') || either('ALL_PROXY'),
      none: either('NO_PROXY'),
    },
  };
}
