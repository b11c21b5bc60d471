import { parseArgs } from 'node:util';
import { CliError, usageError } from './cli-error.ts';
import { type Command, type CommandSpec, type Options, parserOptions, type Values } from './command.ts';
import { renderHelp } from './help.ts';
import { languageOf } from './language.ts';

const COMMON = {
  json: { type: 'boolean', help: { en: 'print one JSON document', zh: '输出一个 JSON 文档' } },
  help: { type: 'boolean', help: { en: 'show this help', zh: '显示本帮助' } },
} as const satisfies Options;

/** Parses arguments, answers --help, and turns a CliError into its sentence and exit code. */
export function defineCommand<O extends Options>(spec: CommandSpec<O>): Command {
  const options = { ...spec.options, ...COMMON };
  return async (args, env, streams) => {
    const language = languageOf(env);
    const json = args.includes('--json');
    try {
      const { values, positionals } = parse(spec, options, args);
      if (values.help) {
        streams.stdout.write(renderHelp(spec, options, language));
        return 0;
      }
      return await spec.run({
        values: values as Values<O>,
        positionals,
        env,
        language,
        streams,
        json,
        say: (en, zh) => (language === 'zh' ? zh : en),
        print: (document, text) =>
          void streams.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : text()),
      });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (json) streams.stdout.write(`${JSON.stringify({ error: error.text.en })}\n`);
      else streams.stderr.write(`gte ${spec.name}: ${error.text[language]}\n`);
      return error.exitCode;
    }
  };
}

/** What node:util's parseArgs finds wrong. */
const CHINESE: Readonly<Record<string, string>> = {
  ERR_PARSE_ARGS_UNKNOWN_OPTION: '没有选项',
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: '选项的值缺少或多余：',
};

function parse<O extends Options>(spec: CommandSpec<O>, options: Options, args: readonly string[]) {
  const most = spec.positionals ?? 0;
  try {
    const parsed = parseArgs({ args: [...args], options: parserOptions(options), allowPositionals: true });
    const extra = parsed.positionals[most];
    if (extra !== undefined && !parsed.values.help)
      throw usageError(
        `unexpected argument ${extra}; see gte ${spec.name} --help`,
        `多余的参数 ${extra}；见 gte ${spec.name} --help`,
      );
    return parsed;
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { message, code } = error as Error & { code?: string };
    const said = message.split('. ')[0] ?? '';
    const [, option = ''] = /'([^']+)'/.exec(said) ?? [];
    const zh = `${CHINESE[code ?? ''] ?? '用法错误'} ${option}`.trim();
    throw usageError(`${said}; see gte ${spec.name} --help`, `${zh}；见 gte ${spec.name} --help`);
  }
}
