import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { StartError } from './errors.ts';

const root = resolve(import.meta.dirname, '..');
const path = (fallback: string) =>
  z
    .string()
    .min(1)
    .default(fallback)
    .transform((p) => resolve(root, p));
const port = (fallback: number) => z.coerce.number().int().min(1).max(65535).default(fallback);
/** A duration like 90s, 30m, 12h or 7d → milliseconds. */
const duration = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, 'use a number and s, m, h or d, e.g. 12h')
  .transform(
    (text) => Number(text.slice(0, -1)) * { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 }[text.slice(-1) as 's'],
  );
const count = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

/** The environment: one entry a setting; `describe` is what docs/configuration.md explains at length. */
export const settings = z.object({
  GTE_HOST: z.string().min(1).default('127.0.0.1').describe('address of the public API'),
  GTE_PORT: port(5000).describe('port of the public API'),
  GTE_METRICS_HOST: z.string().min(1).default('127.0.0.1').describe('address of the metrics and admin port'),
  GTE_METRICS_PORT: port(9090).describe('metrics and admin port, served by the primary'),
  GTE_WORKERS: count(availableParallelism(), 1, 256).describe('number of worker processes'),
  GTE_MODEL_DIR: path('models/starter').describe('model folder (manifest.json and what it names)'),
  GTE_DEADLINE_MS: count(10_000, 100, 600_000).describe('milliseconds within which a request is answered'),
  GTE_DRAIN_MS: count(15_000, 100, 600_000).describe('milliseconds in-flight requests get at shutdown'),
  GTE_QUEUE_TOKENS: count(8192, 512, 10_000_000).describe('tokens that may wait in one worker'),
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
      (i) => `${i.path.join('.')}=${given[String(i.path[0])]}: ${i.message}`,
    );
    throw new StartError(`wrong setting ${problems.join('; ')}`);
  }
  const s = parsed.data;
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
    model: Object.freeze({ dir: s.GTE_MODEL_DIR, queueTokens: s.GTE_QUEUE_TOKENS }),
    log: Object.freeze({ level: s.GTE_LOG_LEVEL }),
  });
}
