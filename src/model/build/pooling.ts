import * as z from 'zod';
import { ModelError } from '../model-error.ts';
import { knownPooling } from './known-models.ts';
import { readJson } from './read-json.ts';

export const POOLING_MODES = ['cls', 'mean', 'mean_sqrt_len'] as const;

/** How token vectors become one sentence vector. */
export interface Pooling {
  readonly mode: (typeof POOLING_MODES)[number];
  /** Whether the vector is scaled to length 1. */
  readonly normalize: boolean;
}

const modulesSchema = z
  .array(
    z.object({
      type: z.string(),
      path: z.string().regex(/^(?!\.+$)[\w.-]*$/, 'must be a plain folder name'),
    }),
  )
  .min(1);

const poolingSchema = z.record(z.string(), z.unknown());

/** Keys of 1_Pooling/config.json, and the names that newer files use in `pooling_mode`. */
const MODE_KEYS: Readonly<Record<string, Pooling['mode']>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len',
};

export interface PoolingRequest {
  /** The hub's name of the model, for the table of known ones. */
  readonly id?: string | undefined;
  /** What the caller says; it wins over everything. */
  readonly option?: Pooling | undefined;
}

/**
 * Finds how a model pools: as the caller says, else as modules.json says, else as the table of known models says.
 * @throws ModelError when none of them knows: a wrong guess would give vectors that look right and are not.
 */
export async function findPooling(dir: string, { id, option }: PoolingRequest): Promise<Pooling> {
  if (option) return option;
  const modules = await readJson(dir, 'modules.json', modulesSchema);
  const known = knownPooling(id);
  if (modules) return readModules(dir, modules);
  if (known) return known;
  throw new ModelError(
    `${id ?? dir} does not say how it pools (no modules.json); look at its card and give --pooling ${POOLING_MODES.join('|')}`,
  );
}

async function readModules(dir: string, modules: z.infer<typeof modulesSchema>): Promise<Pooling> {
  const kinds = modules.map(({ type }) => type.split('.').at(-1) ?? '');
  const [transformer, pooling, ...rest] = kinds;
  const normalize = rest.length === 1 && rest[0] === 'Normalize';
  if (transformer !== 'Transformer' || pooling !== 'Pooling' || (rest.length > 0 && !normalize))
    throw new ModelError(
      `${dir}/modules.json: ${kinds.join(' → ')} can't be converted, only Transformer → Pooling → Normalize`,
    );
  const file = `${modules[1]?.path || '1_Pooling'}/config.json`;
  const config = await readJson(dir, file, poolingSchema);
  if (!config) throw new ModelError(`${dir} lacks ${file}, which modules.json refers to`);
  return { mode: readMode(config, `${dir}/${file}`), normalize };
}

function readMode(config: Record<string, unknown>, path: string): Pooling['mode'] {
  const named = config.pooling_mode;
  const flags = Object.entries(config).filter(
    ([key, value]) => key.startsWith('pooling_mode_') && value === true,
  );
  const names = typeof named === 'string' ? [named] : flags.map(([key]) => key);
  const [name] = names;
  if (names.length !== 1 || name === undefined)
    throw new ModelError(`${path} names ${names.length} ways of pooling; exactly one can be converted`);
  const mode = MODE_KEYS[name] ?? POOLING_MODES.find((known) => known === name);
  if (!mode) throw new ModelError(`${path}: ${name} can't be converted; only ${POOLING_MODES.join(', ')}`);
  return mode;
}
