import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Config } from './config.ts';
import { StartError } from './errors.ts';

/** What `gte model use` keeps: folders instead of the default one. Read by each worker as it starts. */
export const modelChoice = z.strictObject({
  modelDir: z.string().min(1).optional(),
  encoderDir: z.string().min(1).optional(),
});
export type ModelChoice = z.infer<typeof modelChoice>;

/** @returns an empty choice when there is no file. @throws StartError when it holds something else. */
export function readChoice(file: string): ModelChoice {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new StartError(`${file} can't be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
  try {
    return modelChoice.parse(JSON.parse(text));
  } catch (cause) {
    throw new StartError(
      `${file} is no choice of a model; run gte model use NAME again, or delete it`,
      cause,
    );
  }
}

/** Where `gte model use` puts a choice that the primary is to try: kept only if every worker can start with it. */
export const candidateOf = (file: string) => `${file}.candidate`;

/** The settings with the choice applied, unless the environment names a folder itself. */
export function chosenModel<Settings extends Config['model']>(settings: Settings): Settings {
  if (!settings.choice.counts) return settings;
  return withChoice(settings, readChoice(settings.choice.file));
}

export function withChoice<Settings extends Config['model']>(
  settings: Settings,
  { modelDir, encoderDir }: ModelChoice,
): Settings {
  return { ...settings, dir: modelDir ?? settings.dir, encoderDir };
}
