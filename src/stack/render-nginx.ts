import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { StartError } from '../errors.ts';
import { hostAndPort } from '../host-and-port.ts';
import type { StackSettings } from './settings.ts';

const templates = resolve(import.meta.dirname, '../../nginx');

export interface NginxFolders {
  /** Of the pid file. */
  readonly runDir: string;
  readonly logDir: string;
  /** Of temporary files. */
  readonly stateDir: string;
}

/** nginx's files by name, the templates of nginx/ filled in. */
export function renderNginx(
  { service }: Pick<Config, 'service'>,
  settings: StackSettings,
  folders: NginxFolders,
  { asRoot = false } = {},
): Record<string, string> {
  const { NGINX_TLS_CERT: cert = '', NGINX_TLS_KEY: key = '' } = settings;
  for (const path of [service.runDir, ...Object.values(folders), cert, key])
    if (/["$\\;{}\n]/.test(path)) throw new StartError(`nginx can't use the path ${path}`);
  const slots = Array.from(
    { length: service.workers },
    (_, slot) => `"unix:${join(service.runDir, `slot-${slot}.sock`)}" max_fails=1 fail_timeout=1s`,
  );
  const vms = settings.NGINX_VMS.map((vm) => `${vm} max_fails=1 fail_timeout=5s`);
  const values = {
    // Started by root, nginx's workers would run as nobody, who may not enter the checkout.
    USER: asRoot ? 'user root;' : '',
    RUN_DIR: folders.runDir,
    LOG_DIR: folders.logDir,
    STATE_DIR: folders.stateDir,
    LISTEN: hostAndPort(settings.NGINX_HOST, settings.NGINX_PORT),
    STATUS_PORT: settings.NGINX_STATUS_PORT,
    TLS: cert === '' ? '' : 'include tls.conf;',
    TLS_LISTEN: hostAndPort(settings.NGINX_HOST, settings.NGINX_TLS_PORT),
    TLS_CERT: cert,
    TLS_KEY: key,
    RATE: settings.NGINX_RATE,
    BURST: settings.NGINX_BURST,
    CONNECTIONS: settings.NGINX_CONNECTIONS,
    UNLIMITED: settings.NGINX_UNLIMITED.map((network) => `  ${network} 0;`).join('\n'),
    TRUSTED_PROXIES: settings.NGINX_TRUSTED_PROXIES.map((network) => `set_real_ip_from ${network};`).join(
      '\n',
    ),
    TRUSTED: settings.NGINX_TRUSTED_PROXIES.map((network) => `  ${network} 1;`).join('\n'),
    SERVERS: (vms.length > 0 ? vms : slots).map((server) => `  server ${server};`).join('\n'),
    UPSTREAM_IDLE: Math.max(1, Math.min(10, Math.floor(service.drainMs / 1500))),
    READ_TIMEOUT: Math.ceil(service.deadlineMs / 1000) + 5,
  };
  const names = readdirSync(templates).filter((name) => name.endsWith('.conf'));
  return Object.fromEntries(names.map((name) => [name, fill(name, values)]));
}

function fill(name: string, values: Record<string, string | number>): string {
  return readFileSync(join(templates, name), 'utf8').replace(/@([A-Z_]+)@/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`nginx/${name} names @${key}@, which nothing fills in`);
    return String(value);
  });
}
