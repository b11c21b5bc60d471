import type { Text } from './language.ts';

/** The command was called wrongly. */
export const EXIT_USAGE = 2;
/** Prometheus, the admin port or a log can't be read, or has nothing of what was asked. */
export const EXIT_UNAVAILABLE = 69; // sysexits.h EX_UNAVAILABLE

/** Ended by Ctrl-C before there was a result. */
export const EXIT_INTERRUPTED = 130;

/** Ends a command with one sentence for its user and an exit code. */
export class CliError extends Error {
  readonly text: Text;
  readonly exitCode: number;

  constructor(text: Text, exitCode = 1) {
    super(text.en);
    this.name = 'CliError';
    this.text = text;
    this.exitCode = exitCode;
  }
}

export const usageError = (en: string, zh: string) => new CliError({ en, zh }, EXIT_USAGE);
export const unavailable = (en: string, zh: string) => new CliError({ en, zh }, EXIT_UNAVAILABLE);
