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
    metrics: Object.freeze({ host: s.GTE_METRICS_HOST, port: s.GTE_METRICS_PORT }),
    model: Object.freeze({ dir: s.GTE_MODEL_DIR, queueTokens: s.GTE_QUEUE_TOKENS }),
    log: Object.freeze({ level: s.GTE_LOG_LEVEL }),
  });
}
