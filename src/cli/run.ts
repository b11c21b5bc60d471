import { EXIT_USAGE } from './cli-error.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { type Language, languageOf } from './language.ts';
import { padEnd } from './width.ts';

/** bin/gte: finds the command and runs it. */
export const run: Command = async ([name, ...args], env, streams) => {
  const language = languageOf(env);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    streams.stdout.write(overview(language, args.includes('--json')));
    return name === undefined ? EXIT_USAGE : 0;
  }
  const entry = commands.find((command) => command.name === name);
  if (!entry) {
    const known = commands.map((command) => command.name).join(', ');
    streams.stderr.write(
      language === 'zh'
        ? `gte: 没有命令 ${name}；可用：${known}\n`
        : `gte: no command ${name}; there are ${known}\n`,
    );
    return EXIT_USAGE;
  }
  return (await entry.load())(args, env, streams);
};

function overview(language: Language, json: boolean): string {
  if (json)
    return `${JSON.stringify({ commands: commands.map(({ name, summary }) => ({ name, summary: summary[language] })) })}\n`;
  const cells = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const lines = commands.map(({ name, summary }) => `  ${padEnd(name, cells)}${summary[language]}`);
  return language === 'zh'
    ? `gte 命令 [选项]\n\n${lines.join('\n')}\n\n每个命令都有 --help 和 --json。语言取自 LC_ALL 或 LANG。\n`
    : `gte COMMAND [OPTIONS]\n\n${lines.join('\n')}\n\nEvery command has --help and --json. The language follows LC_ALL or LANG.\n`;
}
