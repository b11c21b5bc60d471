import { StartError } from '../errors.ts';
import { COMPONENT_NAMES, type ComponentName } from './component.ts';
import { withNeeds } from './components/index.ts';

/**
 * `--only A --only B` or `--without A`; everything when nothing is said. What needs something left out is left out too.
 * `--only X` is taken at its word: the service is assumed to run.
 * @throws StartError naming a flag or component that is none.
 */
export function chooseComponents(flags: readonly string[]): ComponentName[] {
  const only: ComponentName[] = [];
  const without: ComponentName[] = [];
  const words = flags.flatMap((flag) => flag.split('='));
  for (let i = 0; i < words.length; i += 2) {
    const [flag, value] = [words[i], words[i + 1]];
    if (flag !== '--only' && flag !== '--without')
      throw new StartError(`unknown flag ${flag}: use --only or --without`);
    const name = COMPONENT_NAMES.find((known) => known === value);
    if (name === undefined)
      throw new StartError(`${flag} ${value ?? ''}: use one of ${COMPONENT_NAMES.join(', ')}`);
    (flag === '--only' ? only : without).push(name);
  }
  if (only.length > 0)
    return COMPONENT_NAMES.filter((name) => only.includes(name) && !without.includes(name));
  return withNeeds(COMPONENT_NAMES.filter((name) => !without.includes(name)));
}
