import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Language, Text } from '../../../src/cli/language.ts';
import { root } from '../../e2e/service.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
}

/** What the renderers of src/cli/ need of a call. */
export interface Speaker {
  readonly language: Language;
  say(en: string, zh: string): string;
}

export const folder = join(root, 'var/operating');
/** Where a checkout stands in the outputs, whatever it is here. */
const SHOWN_ROOT = '/opt/gte-serve';
const LOCALES: Readonly<Record<Language, string>> = { en: 'en_US.UTF-8', zh: 'zh_CN.UTF-8' };
const LANGUAGES = Object.keys(LOCALES) as Language[];

export type Recorder = ReturnType<typeof createRecorder>;

/**
 * Runs commands in the checkout and keeps what they print, in both languages.
 * @param say shows a line of a command's progress or complaint
 */
export function createRecorder(env: Env, interrupted: AbortSignal, say: (line: string) => void) {
  async function run(command: string, args: readonly string[], more: Env = {}): Promise<Ended> {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: interrupted,
    });
    createInterface({ input: child.stderr }).on('line', say);
    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    return { code, stdout };
  }
  const gte = (args: readonly string[], language: Language = 'en') =>
    run('bin/gte', args, { LANG: LOCALES[language], LC_ALL: '', LC_MESSAGES: '' });

  function keep(name: string, texts: Text): void {
    mkdirSync(folder, { recursive: true });
    for (const language of LANGUAGES)
      writeFileSync(join(folder, `${name}.${language}.txt`), texts[language].replaceAll(root, SHOWN_ROOT));
  }

  return {
    run,
    gte,
    keep,
    /** @throws when the command gave no report */
    async json(...args: string[]) {
      const { code, stdout } = await gte([...args, '--json']);
      // 0 and 1 are verdicts.
      if (stdout === '' || code === null || code > 1)
        throw new Error(`gte ${args.join(' ')} ended with ${code}: ${stdout}`);
      return JSON.parse(stdout);
    },
    /** For what is measured once: its report, as the command renders it in each language. */
    keepRendered(name: string, render: (speaker: Speaker) => string): void {
      keep(name, {
        en: render({ language: 'en', say: (en) => en }),
        zh: render({ language: 'zh', say: (_, zh) => zh }),
      });
    },
    /** For what only reads: the command run once in each language. */
    async record(name: string, ...args: string[]): Promise<readonly Ended[]> {
      const en = await gte(args, 'en');
      const zh = await gte(args, 'zh');
      keep(name, { en: en.stdout, zh: zh.stdout });
      return [en, zh];
    },
  };
}
