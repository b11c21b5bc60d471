import { isIP } from 'node:net';
import { resolve } from 'node:path';
import * as z from 'zod';
import { StartError } from '../errors.ts';

const root = resolve(import.meta.dirname, '../..');
const port = (fallback: number) => z.coerce.number().int().min(1).max(65535).default(fallback);
const count = (fallback: number) => z.coerce.number().int().min(1).max(1_000_000).default(fallback);
const path = z
  .string()
  .transform((text) => resolve(root, text))
  .optional();
const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);
const address = z
  .string()
  .refine((text) => isIP(text) !== 0, 'use an IP address')
  .default('127.0.0.1');
const networks = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform(words)
    .refine(
      (list) => list.every(isNetwork),
      'use addresses or networks like 10.0.0.0/8, separated by commas',
    );

/** The environment of what stands around the service; docs/monitoring.md explains each. */
export const stackSettings = z.object({
  STACK_DIR: z.string().min(1).default('var').describe('folder of configuration, logs and data'),
  NGINX_HOST: z
    .string()
    .refine((text) => text === '*' || isIP(text) !== 0, 'use an IP address, or * for all')
    .default('127.0.0.1')
    .describe('address nginx serves the public at'),
  NGINX_PORT: port(8080).describe('port nginx serves the public at'),
  NGINX_TLS_PORT: port(8443).describe('port of HTTPS, when there is a certificate'),
  NGINX_TLS_CERT: path.describe('certificate chain (PEM)'),
  NGINX_TLS_KEY: path.describe('its private key (PEM)'),
  NGINX_STATUS_PORT: port(8081).describe("loopback port of nginx's own numbers"),
  NGINX_RATE: count(100).describe('requests a second that one address may send'),
  NGINX_BURST: count(200).describe('requests an address may be ahead of that rate'),
  NGINX_CONNECTIONS: count(100).describe('requests one address may have under way'),
  NGINX_UNLIMITED: networks('127.0.0.1,::1').describe('addresses without those limits'),
  NGINX_TRUSTED_PROXIES: networks('').describe('balancers in front of nginx'),
  NGINX_VMS: z
    .string()
    .default('')
    .transform(words)
    .refine(
      (list) => list.every((text) => /^(\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i.test(text)),
      'use HOST:PORT, separated by commas',
    )
    .describe("VMs that nginx spreads over instead of this machine's workers"),
  PROMETHEUS_PORT: port(9091).describe('port of Prometheus'),
  PROMETHEUS_EXTRA: path.describe('YAML that is added to the configuration of Prometheus, e.g. remote_write'),
  PROMETHEUS_RETENTION: z
    .string()
    .regex(/^\d+[hdwy]$/, 'use a duration like 15d')
    .default('15d')
    .describe('how long Prometheus keeps data'),
  ALERTMANAGER_PORT: port(9093).describe('port of Alertmanager'),
  RELAY_PORT: port(8060).describe('port of the alert relay'),
  NODE_EXPORTER_HOST: address.describe('address of the node exporter'),
  NODE_EXPORTER_PORT: port(9100).describe('port of the node exporter'),
  NGINX_EXPORTER_HOST: address.describe("address of nginx's exporter"),
  NGINX_EXPORTER_PORT: port(9113).describe("port of nginx's exporter"),
  GRAFANA_PORT: port(3000).describe('port of Grafana'),
});

export type StackSettings = z.infer<typeof stackSettings>;

/**
 * Reads the settings of the stack; an empty value counts as unset.
 * @throws StartError one sentence naming each wrong setting.
 */
export function loadStackSettings(env: Record<string, string | undefined>): StackSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = stackSettings.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: [name], message }) => `${String(name)}: ${message}`);
    throw new StartError(`wrong setting ${problems.join('; ')}`);
  }
  if ((parsed.data.NGINX_TLS_CERT === undefined) !== (parsed.data.NGINX_TLS_KEY === undefined))
    throw new StartError('wrong setting NGINX_TLS_CERT and NGINX_TLS_KEY: set both or neither');
  return parsed.data;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const family = isIP(address);
  return (
    family !== 0 &&
    more === undefined &&
    (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)))
  );
}
