/** A rule as it stands in a rule file. */
export interface FileRule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
}
export interface Mutant {
  /** What was changed, for the failure message. */
  readonly change: string;
  readonly rule: FileRule;
}

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600 };

/** Every one-place change of a rule that its promtool test must notice. */
export function mutantsOf(rule: FileRule): Mutant[] {
  const expressions = [
    ...replaced(rule.expr, outsideBraces(/(?<![=!<>])(==|>|<)(?![=])/g), flippedComparison),
    ...replaced(rule.expr, outsideBraces(/(?<![\w:.])\d+(?:\.\d+)?(?![\w.])/g), movedNumber),
    ...replaced(rule.expr, outsideBraces(/(?<= )[*/](?= )/g), (sign) => [sign === '*' ? '/' : '*']),
    ...replaced(rule.expr, outsideBraces(/\b(and|or|unless)\b/g), otherOperator),
    ...replaced(rule.expr, outsideBraces(/\b(sum|max|min) by\b/g), otherAggregation),
    ...replaced(rule.expr, outsideBraces(/\b(by|on) \([\w, ]+\)/g), withoutEachLabel),
    ...replaced(rule.expr, /\{[^}]*\}/g, otherSelectors),
    ...replaced(rule.expr, /\[\d+[smh]\]/g, (window) => [2, 0.5].map((x) => `[${scaled(window, x)}]`)),
  ].map(({ change, expr }) => ({ change, rule: { ...rule, expr } }));
  if (rule.for !== undefined) {
    const { for: held, ...rest } = rule;
    expressions.push({ change: 'for removed', rule: rest });
    expressions.push({ change: 'for doubled', rule: { ...rest, for: scaled(held, 2) } });
  }
  const severity = rule.labels?.severity;
  if (severity !== undefined) {
    const other = severity === 'critical' ? 'warning' : 'critical';
    expressions.push({ change: 'severity', rule: { ...rule, labels: { ...rule.labels, severity: other } } });
  }
  return expressions;
}

function* replaced(expr: string, pattern: RegExp, variants: (found: string) => readonly string[]) {
  for (const match of expr.matchAll(pattern)) {
    for (const variant of variants(match[0])) {
      const rest = expr.slice(match.index + match[0].length);
      yield {
        change: `${match[0]} → ${variant} at ${match.index}`,
        expr: expr.slice(0, match.index) + variant + rest,
      };
    }
  }
}

const outsideBraces = (pattern: RegExp) => new RegExp(`(?:${pattern.source})(?![^{}]*\\})`, 'g');

function flippedComparison(operator: string): string[] {
  return [{ '==': '!=', '>': '<', '<': '>' }[operator] ?? ''];
}

/** By a tenth; small whole numbers, which may be counts, by one. */
function movedNumber(text: string): string[] {
  const value = Number(text);
  if (value === 0) return ['1'];
  const step = Number.isInteger(value) && value > 1 && value < 10 ? 1 : value * 0.1;
  return [value + step, value - step].map((moved) => String(Number(moved.toPrecision(12))));
}

function otherOperator(operator: string): string[] {
  return ['and', 'or', 'unless'].filter((other) => other !== operator);
}

function otherAggregation(text: string): string[] {
  return [text.startsWith('max') ? text.replace('max', 'min') : text.replace(/^\w+/, 'max')];
}

function withoutEachLabel(text: string): string[] {
  const [keyword, list = ''] = text.slice(0, -1).split(' (');
  const labels = list.split(', ');
  return labels.map((label) => `${keyword} (${labels.filter((other) => other !== label).join(', ')})`);
}

/** Each matcher left out, each turned round, and each alternative of a regular expression left out. */
function otherSelectors(text: string): string[] {
  const matchers = text.slice(1, -1).split(',');
  return matchers.flatMap((matcher, index) => {
    const [, label, operator = '', value = ''] = /^(\w+)(=~|!~|!=|=)"(.*)"$/.exec(matcher.trim()) ?? [];
    const turned = { '=': '!=', '!=': '=', '=~': '!~', '!~': '=~' }[operator];
    const alternatives = value.split('|');
    const fewer =
      alternatives.length > 1 ? alternatives.map((one) => alternatives.filter((a) => a !== one)) : [];
    const changed = [
      `${label}${turned}"${value}"`,
      ...fewer.map((rest) => `${label}${operator}"${rest.join('|')}"`),
    ];
    return ['', ...changed].map((one) => {
      const others = matchers.with(index, one).filter((m) => m !== '');
      return others.length > 0 ? `{${others.join(',')}}` : '';
    });
  });
}

function scaled(duration: string, factor: number): string {
  const [, count, unit = 's'] = /(\d+)([smh])/.exec(duration) ?? [];
  return `${Number(count) * (UNIT_SECONDS[unit] ?? 1) * factor}s`;
}
