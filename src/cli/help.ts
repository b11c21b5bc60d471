import type { CommandSpec, Options } from './command.ts';
import type { Language } from './language.ts';
import { padEnd } from './width.ts';

export function renderHelp(spec: CommandSpec<Options>, options: Options, language: Language): string {
  const rows = Object.entries(options).map(([name, { value, help }]) => [
    `  --${name}${value ? ` ${value}` : ''}`,
    help[language],
  ]) as [string, string][];
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return [
    `gte ${spec.name} ${spec.usage}`.trimEnd(),
    '',
    spec.summary[language],
    '',
    ...rows.map(([left, right]) => `${padEnd(left, width)}${right}`),
    ...(spec.notes ? ['', spec.notes[language]] : []),
    '',
  ].join('\n');
}
