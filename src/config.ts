import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { isLoopback } from './address-list.ts';
import { StartError } from './errors.ts';
import { root } from './root.ts';
import { addressList, count, duration, flag, optionalPath, origins, path, port } from './setting-types.ts';

/** Settings whose values are shown to nobody. */
const SECRETS = new Set(['GTE_METRICS_TOKEN']);

/** The environment: one entry a setting; `describe` is what docs/configuration.md explains at length. */
export const settings = z.object({
  GTE_HOST: z.string().min(1).default('127.0.0.1').describe('address of the public API'),
  GTE_PORT: port(5000).describe('port of the public API'),
  GTE_METRICS_HOST: z.string().min(1).default('127.0.0.1').describe('address of the metrics and admin port'),
  GTE_METRICS_PORT: port(9090).describe('metrics and admin port, served by the primary'),
  GTE_METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'use 16 or more printable characters without spaces')
    .optional()
    .describe('token that the metrics and admin port demands'),
  GTE_METRICS_PUBLIC: flag.describe(
    '1: the metrics and admin port may be reached from elsewhere without a token',
  ),
  GTE_API_KEYS_FILE: optionalPath.describe('file of the API keys; unset: no key is needed'),
  GTE_TRUST_PROXY: addressList('unix').describe('whose X-Forwarded-For and X-Forwarded-Proto count'),
  GTE_CORS_ORIGINS: origins.optional().describe('origins whose pages may call the API from a browser'),
  GTE_WORKERS: count(availableParallelism(), 1, 256).describe('number of worker processes'),
  GTE_MODEL_DIR: path('models/starter').describe('model folder (manifest.json and what it names)'),
  GTE_ENCODER_DIR: optionalPath.describe(
    'model folder whose encoder is used instead, e.g. GTE-large beside the starter',
  ),
  GTE_MODEL_CHOICE: path('var/model.json').describe(
    'file in which gte model use keeps its choice; GTE_MODEL_DIR and GTE_ENCODER_DIR go before it',
  ),
  GTE_CAPACITY_FILE: path('var/capacity.json').describe(
    'file in which gte capacity keeps its result; the headroom on the board and in alerts stands on it',
  ),
  GTE_CACHE_DIR: path('var/cache').describe('folder where large graphs are kept as this host runs them best'),
  GTE_DEADLINE_MS: count(10_000, 100, 600_000).describe('milliseconds within which a request is answered'),
  GTE_DRAIN_MS: count(15_000, 100, 600_000).describe('milliseconds in-flight requests get at shutdown'),
  GTE_QUEUE_TOKENS: count(8192, 512, 10_000_000).describe('tokens that may wait in one worker'),
  GTE_QUEUE_MS: z.coerce
    .number()
    .int()
    .min(10)
    .max(600_000)
    .optional()
    .describe('milliseconds that the work before a request may take; unset: what some batches take'),
  GTE_HANG_MS: count(1750, 500, 600_000).describe(
    'milliseconds of silence after which a worker counts as hung',
  ),
  GTE_WORKER_MAX_RSS_MB: z.coerce
    .number()
    .int()
    .min(100)
    .max(1_000_000)
    .optional()
    .describe('memory above which a worker is replaced'),
  GTE_WORKER_MAX_AGE: duration.optional().describe('age at which a worker is replaced, e.g. 24h'),
  GTE_RUN_DIR: path('var/run').describe('folder of the slot sockets'),
  GTE_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('log level'),
  GTE_LOG_INPUT: flag.describe('1: the access log holds the input texts themselves'),
});

export type Config = ReturnType<typeof loadConfig>;

/**
 * Reads GTE_* settings; an empty value counts as unset.
 * @throws StartError one sentence naming each wrong or unknown setting.
 */
export function loadConfig(env: Record<string, string | undefined>) {
  const given = Object.fromEntries(
    Object.entries(env).filter(
      ([name, value]) => name.startsWith('GTE_') && value !== undefined && value !== '',
    ),
  );
  const unknown = Object.keys(given).filter((name) => !(name in settings.shape));
  if (unknown.length > 0)
    throw new StartError(`unknown setting ${unknown.join(', ')}: see docs/configuration.md`);
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path: [name], message }) =>
        `${String(name)}${SECRETS.has(String(name)) ? '' : `=${given[String(name)]}`}: ${message}`,
    );
    throw new StartError(`wrong setting ${problems.join('; ')}`);
  }
  const s = parsed.data;
  if (!isLoopback(s.GTE_METRICS_HOST) && s.GTE_METRICS_TOKEN === undefined && !s.GTE_METRICS_PUBLIC)
    throw new StartError(
      `GTE_METRICS_HOST=${s.GTE_METRICS_HOST} opens the metrics port to other machines: set GTE_METRICS_TOKEN, or GTE_METRICS_PUBLIC=1 to do without`,
    );
  return Object.freeze({
    root,
    service: Object.freeze({
      host: s.GTE_HOST,
      port: s.GTE_PORT,
      workers: s.GTE_WORKERS,
      deadlineMs: s.GTE_DEADLINE_MS,
      drainMs: s.GTE_DRAIN_MS,
      runDir: s.GTE_RUN_DIR,
    }),
    supervision: Object.freeze({
      hangMs: s.GTE_HANG_MS,
      maxRssBytes: s.GTE_WORKER_MAX_RSS_MB === undefined ? undefined : s.GTE_WORKER_MAX_RSS_MB * 1024 * 1024,
      maxAgeMs: s.GTE_WORKER_MAX_AGE,
    }),
    metrics: Object.freeze({ host: s.GTE_METRICS_HOST, port: s.GTE_METRICS_PORT }),
    capacityFile: s.GTE_CAPACITY_FILE,
    access: Object.freeze({
      keysFile: s.GTE_API_KEYS_FILE,
      metricsToken: s.GTE_METRICS_TOKEN,
      metricsPublic: s.GTE_METRICS_PUBLIC,
      trustedProxies: s.GTE_TRUST_PROXY,
      corsOrigins: s.GTE_CORS_ORIGINS ?? [],
    }),
    model: Object.freeze({
      dir: s.GTE_MODEL_DIR,
      encoderDir: s.GTE_ENCODER_DIR,
      choice: Object.freeze({
        file: s.GTE_MODEL_CHOICE,
        /** Neither folder is set, so that the choice counts. */
        counts: given.GTE_MODEL_DIR === undefined && given.GTE_ENCODER_DIR === undefined,
      }),
      cacheDir: s.GTE_CACHE_DIR,
      queueTokens: s.GTE_QUEUE_TOKENS,
      queueMs: s.GTE_QUEUE_MS,
    }),
    log: Object.freeze({ level: s.GTE_LOG_LEVEL, input: s.GTE_LOG_INPUT }),
  });
}
