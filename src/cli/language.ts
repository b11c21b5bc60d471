export type Language = 'en' | 'zh';
/** The same sentence in both languages. */
export type Text = Readonly<Record<Language, string>>;

/** As POSIX orders them: LC_ALL, then LC_MESSAGES, then LANG; anything but Chinese is English. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
}
