import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { StartError } from '../errors.ts';
import { KINDS, type Robot } from './robot.ts';

const root = resolve(import.meta.dirname, '../..');
const SEVERITIES = ['critical', 'warning', 'none'] as const;
const DEFAULT_FILE = 'var/etc/robots.yaml';

const robot = z
  .strictObject({
    name: z.string().regex(/^[\w.-]{1,40}$/, 'use letters, digits, _ . -'),
    kind: z.enum(KINDS),
    url: z.url({ protocol: /^https?$/ }),
    secret: z.string().min(1).optional(),
    keyword: z.string().min(1).optional(),
    severities: z.array(z.enum(SEVERITIES)).min(1).optional(),
    mentions: z.array(z.string().min(1)).optional(),
  })
  .refine(({ kind, mentions }) => kind !== 'wecom' || !mentions?.includes('all'), {
    path: ['mentions'],
    message: 'WeCom can call no "all" in markdown; list user ids',
  });
const robotsFile = z.strictObject({ robots: z.array(robot) });

const optional = z.string().min(1).optional();
/** The environment of the relay; docs/monitoring.md explains each. */
export const relaySettings = z.object({
  RELAY_HOST: z.string().min(1).default('127.0.0.1').describe('address Alertmanager reaches the relay at'),
  RELAY_PORT: z.coerce.number().int().min(1).max(65535).default(8060).describe('port of the relay'),
  RELAY_ROBOTS_FILE: optional.describe('YAML file of the robots'),
  RELAY_TIME_ZONE: z
    .string()
    .default('Asia/Shanghai')
    .refine(isTimeZone, 'not a time zone, e.g. Asia/Shanghai')
    .describe('time zone of the messages'),
  RELAY_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('log level'),
  RELAY_DINGTALK_URL: optional.describe('webhook of a DingTalk robot'),
  RELAY_DINGTALK_SECRET: optional.describe('its signing secret (SEC…)'),
  RELAY_DINGTALK_KEYWORD: optional.describe('its keyword'),
  RELAY_FEISHU_URL: optional.describe('webhook of a Feishu robot'),
  RELAY_FEISHU_SECRET: optional.describe('its signing secret'),
  RELAY_FEISHU_KEYWORD: optional.describe('its keyword'),
  RELAY_WECOM_URL: optional.describe('webhook of a WeCom robot'),
});

export interface RelaySettings {
  readonly host: string;
  readonly port: number;
  readonly timeZone: string;
  readonly logLevel: string;
  readonly robots: readonly Robot[];
  /** The file the robots came from, when it is readable by others than its owner. */
  readonly exposedFile: string | undefined;
}

/**
 * Reads RELAY_* settings and the robots file they name; an empty value counts as unset.
 * @throws StartError one sentence naming each wrong setting, never its value: most are secrets.
 */
export function loadRelaySettings(env: Record<string, string | undefined>): RelaySettings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name.startsWith('RELAY_') && value !== ''),
  );
  const s = check('setting', z.strictObject(relaySettings.shape), given);
  const path = s.RELAY_ROBOTS_FILE ?? (existsSync(resolve(root, DEFAULT_FILE)) ? DEFAULT_FILE : undefined);
  const file = path === undefined ? undefined : resolve(root, path);
  const single = KINDS.flatMap((kind) => {
    const of = (what: string) => s[`RELAY_${kind.toUpperCase()}_${what}` as keyof typeof s];
    if (of('URL') === undefined) return [];
    return [{ name: kind, kind, url: of('URL'), secret: of('SECRET'), keyword: of('KEYWORD') }];
  });
  const robots = [
    ...(file === undefined ? [] : readRobots(file)),
    ...check('setting', z.array(robot), JSON.parse(JSON.stringify(single))),
  ];
  const twice = robots.find((one, index) => robots.findIndex(({ name }) => name === one.name) !== index);
  if (twice) throw new StartError(`two robots are named ${twice.name}`);
  return {
    host: s.RELAY_HOST,
    port: s.RELAY_PORT,
    timeZone: s.RELAY_TIME_ZONE,
    logLevel: s.RELAY_LOG_LEVEL,
    robots,
    exposedFile: file !== undefined && (statSync(file).mode & 0o077) !== 0 ? file : undefined,
  };
}

function readRobots(file: string): Robot[] {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'), { prettyErrors: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`the robots file ${file} can't be read (${code})`);
  }
  return check(`robots file ${file}:`, robotsFile, content).robots;
}

function check<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new StartError(`wrong ${what} ${problems.join('; ')}`);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
