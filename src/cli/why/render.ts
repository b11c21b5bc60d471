import type { Call, Options } from '../command.ts';
import { amount, clock, ms, percent, signedMs } from '../format.ts';
import type { Language, Text } from '../language.ts';
import { table } from '../table.ts';
import type { Window } from '../windows/window.ts';
import { because, evidence } from './evidence.ts';
import type { Explanation, Verdict } from './explain.ts';
import type { Part } from './explain-task.ts';
import { sentence } from './sentence.ts';
import { verdictText } from './verdict-text.ts';

const PARTS: readonly Part[] = ['tokenize', 'queue', 'infer', 'decode', 'other'];

/** The JSON document: the sentence in both languages, then the numbers below it. */
export function whyDocument(explanation: Explanation) {
  const { subject, tasks, load, stalling, before, after } = explanation;
  const window = ({ start, end }: Window) => ({ start, end });
  return {
    sentence: sentence(explanation),
    before: window(before),
    after: window(after),
    subject: verdictDocument(subject, explanation),
    tasks: tasks.map((verdict) => ({
      task: verdict.task,
      latency: verdict.latency,
      mean_seconds: { before: verdict.explanation.before.latency, after: verdict.explanation.after.latency },
      p95_seconds: verdict.p95,
      failing: verdict.errors.rose,
    })),
    load: { before: load.before, after: load.after },
    stalling,
  };
}

function verdictDocument(verdict: Verdict, explanation: Explanation) {
  const { before, after, change } = verdict.explanation;
  return {
    task: verdict.task,
    latency: verdict.latency,
    failing: verdict.errors.rose,
    mean_seconds: { before: before.latency, after: after.latency, change },
    noise_seconds: verdict.noise,
    z: verdict.z,
    p95_seconds: verdict.p95,
    answered: { before: before.answered, after: after.answered },
    stages: PARTS.map((part) => ({ stage: part, before: before.parts[part], after: after.parts[part] })),
    causes: verdict.causes.map(({ cause, seconds }) => ({
      cause,
      seconds,
      evidence: evidence(cause, explanation).en,
    })),
    errors: { ratio: verdict.errors.ratio, codes: verdict.errors.codes },
  };
}

export function renderWhy(
  explanation: Explanation,
  { say, language }: Pick<Call<Options>, 'say' | 'language'>,
): string {
  const { subject, tasks, before, after } = explanation;
  const { causes, explanation: explained } = subject;
  const parts = [`${sentence(explanation)[language]}\n`];
  parts.push(
    `${say('before', '之前')} ${clock(before.start)} – ${clock(before.end)}\n${say('now   ', '现在')} ${clock(after.start)} – ${clock(after.end)}\n`,
  );
  if (subject.latency === 'slower' || subject.latency === 'faster') {
    const share = (seconds: number) => percent(seconds / explained.change, 0);
    const slower = subject.latency === 'slower';
    parts.push(
      table(
        [say('cause', '原因'), say('change ms', '变化 ms'), say('share', '占比'), say('evidence', '依据')],
        causes
          .filter(({ seconds }) => Math.abs(seconds / explained.change) >= 0.01)
          .map(({ cause, seconds }) => [
            because(cause, explanation, slower === seconds > 0 ? slower : !slower)[language],
            signedMs(seconds),
            share(seconds),
            evidence(cause, explanation)[language],
          ]),
        [0, 3],
      ),
    );
  }
  parts.push(
    table(
      [
        say('stage', '阶段'),
        say('before ms', '之前 ms'),
        say('now ms', '现在 ms'),
        say('change ms', '变化 ms'),
      ],
      [
        ...PARTS.map((part) => [
          STAGE_NAMES[part][language],
          ms(explained.before.parts[part]),
          ms(explained.after.parts[part]),
          signedMs(explained.after.parts[part] - explained.before.parts[part]),
        ]),
        [
          say('mean', '平均'),
          ms(explained.before.latency),
          ms(explained.after.latency),
          signedMs(explained.change),
        ],
      ],
    ),
  );
  parts.push(taskTable(tasks, say, language));
  return parts.join('\n');
}

function taskTable(tasks: readonly Verdict[], say: Call<Options>['say'], language: Language): string {
  return table(
    [
      say('task', '任务'),
      say('answers', '回答数'),
      say('mean ms', '平均 ms'),
      'P95 ms',
      say('failed', '失败率'),
      say('verdict', '结论'),
    ],
    tasks.map((verdict) => {
      const { task, explanation, p95, errors } = verdict;
      return [
        task === 'all' ? say('all', '合计') : task,
        `${amount(explanation.before.answered)} → ${amount(explanation.after.answered)}`,
        `${ms(explanation.before.latency)} → ${ms(explanation.after.latency)}`,
        `${ms(p95.before)} → ${ms(p95.after)}`,
        `${percent(errors.ratio.before)} → ${percent(errors.ratio.after)}`,
        verdictText(verdict, language),
      ];
    }),
    [0, 5],
  );
}

const STAGE_NAMES: Readonly<Record<Part, Text>> = {
  tokenize: { en: 'tokenize', zh: '分词 tokenize' },
  queue: { en: 'queue', zh: '排队 queue' },
  infer: { en: 'infer', zh: '推理 infer' },
  decode: { en: 'decode', zh: '解码 decode' },
  other: { en: 'other', zh: '其他 other' },
};
