import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Config } from '../config.ts';
import { candidateOf, chosenModel, type ModelChoice, readChoice, withChoice } from '../model-choice.ts';
import { writeChoice } from '../write-choice.ts';

export type ModelTrial = ReturnType<typeof createModelTrial>;

/**
 * The model that the next workers run: the chosen one, or, during a reload, the candidate of `gte model use`. Killed at any
 * moment, the primary starts with what was proven last.
 */
export function createModelTrial(settings: Config['model']) {
  const { file, counts } = settings.choice;
  const candidateFile = candidateOf(file);
  let candidate: ModelChoice | undefined;
  const forget = async () => {
    candidate = undefined;
    await rm(candidateFile, { force: true });
  };
  return {
    /** From now on workers try the candidate, if there is one. @throws StartError when it can't be read. */
    begin(): void {
      candidate = counts && existsSync(candidateFile) ? readChoice(candidateFile) : undefined;
    },
    /** Makes the candidate the choice. */
    async keep(): Promise<void> {
      if (!candidate) return;
      await writeChoice(file, candidate);
      await forget();
    },
    /** Workers run the choice again. */
    drop(): void {
      candidate = undefined;
    },
    forget,
    /** @throws StartError when the choice can't be read. */
    model: () => (candidate ? withChoice(settings, candidate) : chosenModel(settings)),
    /** What tells a worker to try the candidate. */
    env(): Record<string, string> {
      if (!candidate) return {};
      const { dir, encoderDir = '' } = withChoice(settings, candidate);
      return { GTE_MODEL_DIR: dir, GTE_ENCODER_DIR: encoderDir };
    },
  };
}
