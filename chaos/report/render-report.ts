import type { Check, Experiment } from '../experiment.ts';
import { type Language, TEXTS } from './report-texts.ts';
import type { StoredOutcome } from './stored-outcome.ts';

export interface ReportRow {
  readonly experiment: Experiment;
  readonly outcome: StoredOutcome | undefined;
}

/** The whole page in one language. */
export function renderReport(rows: readonly ReportRow[], language: Language): string {
  const texts = TEXTS[language];
  const outcomes = rows.flatMap(({ outcome }) => (outcome ? [outcome] : []));
  const distinct = (of: (outcome: StoredOutcome) => string) =>
    [...new Set(outcomes.map(of))].join('; ') || '–';
  return `# ${texts.title}

${texts.other}

${texts.intro}

- ${texts.machine}: ${distinct(({ machine }) => machine)}
- ${texts.versions}: ${distinct(({ versions }) => versions)}

${table(
  texts.columns,
  rows.map((row) => cells(row, language)),
)}
## ${texts.limits}

${table([texts.limit, texts.value], texts.limitRows)}`;
}

function cells({ experiment, outcome }: ReportRow, language: Language): string[] {
  const texts = TEXTS[language];
  const { title, promise: promised } = outcome ?? experiment;
  const subject = `${title[language]} (\`${experiment.name}\`)`;
  const promise = promised[language];
  if (!outcome) return [subject, promise, '–', texts.notRun];
  const measured = outcome.checks.map((check) => describe(check, language));
  if (outcome.fault !== undefined) measured.push(`${texts.failed}: ${outcome.fault}`);
  const kept = outcome.fault === undefined && outcome.checks.every((check) => check.kept);
  const took = outcome.seconds === undefined ? [] : [`${outcome.seconds} s`];
  const verdict = [kept ? texts.kept : texts.notKept, outcome.date, outcome.commit, ...took].join(', ');
  return [subject, promise, measured.join('<br>'), verdict];
}

function describe({ what, measured, promised, kept }: Omit<Check, 'nearly'>, language: Language): string {
  const separator = language === 'zh' ? '：' : ': ';
  const limit = promised === '' || promised === measured ? '' : ` (${promised})`;
  const text = `${what[language]}${separator}${measured}${limit}`;
  return kept ? text : `**${text}**`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (values: readonly string[]) =>
    `| ${values.map((value) => value.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`;
  return line(columns) + line(columns.map(() => '---')) + rows.map(line).join('');
}
