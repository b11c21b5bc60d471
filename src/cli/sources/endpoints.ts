import { loadConfig } from '../../config.ts';
import { StartError } from '../../errors.ts';
import { reachedAt } from '../../host-and-port.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Env, Options } from '../command.ts';
import { type Admin, createAdmin } from './admin.ts';
import { createPrometheus, type Prometheus } from './prometheus.ts';

export const adminOption = {
  admin: {
    type: 'string',
    value: 'URL',
    help: {
      en: "the primary's admin port (default: GTE_METRICS_HOST and _PORT)",
      zh: '主进程的管理端口（默认取 GTE_METRICS_HOST 和 _PORT）',
    },
  },
} as const satisfies Options;

export const prometheusOption = {
  prometheus: {
    type: 'string',
    value: 'URL',
    help: {
      en: 'Prometheus (default: PROMETHEUS_URL, or PROMETHEUS_PORT of this machine)',
      zh: 'Prometheus 地址（默认 PROMETHEUS_URL，或本机的 PROMETHEUS_PORT）',
    },
  },
} as const satisfies Options;

/** The service's settings, as the service itself reads them. */
export function readConfig(env: Env) {
  try {
    return loadConfig(env);
  } catch (error) {
    if (error instanceof StartError)
      throw new CliError({ en: error.message, zh: `设置有误：${error.message}` }, 78);
    throw error;
  }
}

export function adminOf(values: { readonly admin?: string }, env: Env): Admin {
  const { metrics } = readConfig(env);
  return createAdmin(checkUrl(values.admin ?? httpUrl(metrics), '--admin'), env.GTE_METRICS_TOKEN);
}

export const prometheusOf = (values: { readonly prometheus?: string }, env: Env): Prometheus =>
  createPrometheus(
    checkUrl(
      values.prometheus ?? (env.PROMETHEUS_URL || `http://127.0.0.1:${env.PROMETHEUS_PORT || 9091}`),
      '--prometheus',
    ),
  );

export const httpUrl = ({ host, port }: { readonly host: string; readonly port: number }) =>
  `http://${reachedAt(host, port)}`;

export function checkUrl(text: string, option: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/$/, '');
  throw usageError(
    `${option} ${text}: use an address such as http://127.0.0.1:9091`,
    `${option} ${text}：请写形如 http://127.0.0.1:9091 的地址`,
  );
}
