import type { Manifest } from '../model/manifest.ts';
import type { TaskType } from '../task-types.ts';
import type { TaskOrReason } from './task.ts';

/** A task that needs a head of the extractor which the model folder does not offer. */
export function lacksHead(type: TaskType, manifest: Manifest): TaskOrReason {
  const what = manifest.extractor ? `its extractor has no ${type} head` : 'it has no extractor';
  return { type, unavailable: `the model ${manifest.name} can't do ${type}: ${what}` };
}

/** Own labels need sentence vectors and the temperature that goes with them. */
export function lacksTemperature(type: TaskType, manifest: Manifest): TaskOrReason {
  return {
    type,
    unavailable: `the model ${manifest.name} can't do ${type}: its manifest has no labels.temperature`,
  };
}

/** A task that needs sentence vectors. */
export function lacksEncoder(type: TaskType, manifest: Manifest): TaskOrReason {
  return { type, unavailable: `the model ${manifest.name} can't do ${type}: it has no encoder` };
}
