import type { Writable } from 'node:stream';
import type { ParseArgsConfig } from 'node:util';
import type { Language, Text } from './language.ts';

export type Env = Readonly<Record<string, string | undefined>>;
export type Output = Pick<Writable, 'write'> & { readonly isTTY?: boolean; readonly columns?: number };

export interface Streams {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted by Ctrl-C, when the caller handles it. */
  readonly interrupted?: AbortSignal;
}

/** A command of bin/gte → its exit code. */
export type Command = (args: readonly string[], env: Env, streams: Streams) => Promise<number>;

export interface OptionHelp {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** What stands for the value in the help, e.g. `SECONDS`. */
  readonly value?: string;
  readonly help: Text;
}
export type Options = Readonly<Record<string, OptionHelp>>;

export type Values<O extends Options> = {
  readonly [Name in keyof O]?: O[Name] extends { type: 'boolean' }
    ? boolean
    : O[Name] extends { multiple: true }
      ? readonly string[]
      : string;
};

export interface Call<O extends Options> {
  readonly values: Values<O>;
  readonly positionals: readonly string[];
  readonly env: Env;
  readonly language: Language;
  readonly streams: Streams;
  /** `--json`: what `print` shows is the one JSON document. */
  readonly json: boolean;
  /** Chooses the caller's language. */
  say(en: string, zh: string): string;
  /** The command's result: `text` for people, or `document` as JSON. */
  print(document: unknown, text: () => string): void;
}

export interface CommandSpec<O extends Options> {
  readonly name: string;
  /** What stands after the name in the first line of the help. */
  readonly usage: string;
  readonly summary: Text;
  readonly options: O;
  /** Further lines of the help. */
  readonly notes?: Text;
  /** Most positional arguments; 0 unless given. */
  readonly positionals?: number;
  run(call: Call<O>): Promise<number>;
}

export const parserOptions = (options: Options): NonNullable<ParseArgsConfig['options']> =>
  Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
