import type { Language, Text } from '../language.ts';
import type { Verdict } from './explain.ts';

const LATENCIES: Readonly<Record<Verdict['latency'], Text>> = {
  slower: { en: 'slower', zh: '变慢' },
  faster: { en: 'faster', zh: '变快' },
  same: { en: 'the same', zh: '无变化' },
  unknown: { en: 'too few answers', zh: '回答太少' },
};
const FAILING: Text = { en: 'failing', zh: '失败增多' };

/** What became of a task, in a word or two. */
export function verdictText(
  { latency, errors }: Pick<Verdict, 'latency' | 'errors'>,
  language: Language,
): string {
  const said = [LATENCIES[latency], ...(errors.rose ? [FAILING] : [])].map((text) => text[language]);
  return said.join(language === 'zh' ? '，' : ', ');
}
