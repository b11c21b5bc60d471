import { EXIT_USAGE } from '../cli-error.ts';
import type { Command } from '../command.ts';
import type { CommandEntry } from '../commands.ts';
import { languageOf } from '../language.ts';
import { padEnd } from '../width.ts';

const subcommands: readonly CommandEntry[] = [
  {
    name: 'add',
    summary: {
      en: 'fetch a BERT encoder from a hub or take a folder, convert, try',
      zh: '从模型库下载或读取本地目录，转换并试运行',
    },
    load: async () => (await import('./add.ts')).add,
  },
  {
    name: 'list',
    summary: { en: 'the models that are there', zh: '已有的模型' },
    load: async () => (await import('./list.ts')).list,
  },
  {
    name: 'show',
    summary: { en: 'one model: what it offers, its card', zh: '某个模型的能力与说明' },
    load: async () => (await import('./show.ts')).show,
  },
  {
    name: 'verify',
    summary: { en: 'check its files and its answers', zh: '校验文件与答案' },
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'use',
    summary: { en: 'make the service use it, now and later', zh: '让服务使用该模型' },
    load: async () => (await import('./use.ts')).use,
  },
  {
    name: 'remove',
    summary: { en: 'delete it', zh: '删除模型' },
    load: async () => (await import('./remove.ts')).remove,
  },
];

/** gte model …: finds the subcommand and runs it. */
export const model: Command = async ([name, ...args], env, streams) => {
  const language = languageOf(env);
  const entry = subcommands.find((command) => command.name === name);
  if (entry) return (await entry.load())(args, env, streams);
  const cells = Math.max(...subcommands.map((command) => command.name.length)) + 2;
  const lines = subcommands.map((command) => `  ${padEnd(command.name, cells)}${command.summary[language]}`);
  const help = `gte model ${language === 'zh' ? '子命令 [选项]' : 'COMMAND [OPTIONS]'}\n\n${lines.join('\n')}\n`;
  const asked = name === undefined || name === '--help' || name === '-h';
  (asked ? streams.stdout : streams.stderr).write(help);
  return asked && name !== undefined ? 0 : EXIT_USAGE;
};
