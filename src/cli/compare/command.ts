import { resolve } from 'node:path';
import { loadManifest } from '../../model/manifest.ts';
import { unavailable, usageError } from '../cli-error.ts';
import type { Call, Options } from '../command.ts';
import { defineCommand } from '../define-command.ts';
import { parseDuration, parseNumber } from '../duration.ts';
import { targetOf, targetOptions } from '../loadtest/target.ts';
import { loadBodies } from '../loadtest/workload.ts';
import { createProgress } from '../progress.ts';
import { checkUrl, prometheusOf, prometheusOption, readConfig } from '../sources/endpoints.ts';
import { explain } from '../why/explain.ts';
import { readWindow } from '../windows/read-window.ts';
import { parseWindow } from '../windows/window-options.ts';
import { type AnsweredRow, ask, goldenBody, readAnswers, writeAnswers } from './answers.ts';
import { compareAnswers } from './compare-answers.ts';
import { compareDocument } from './compare-document.ts';
import { compareWindows } from './compare-windows.ts';
import { modelWindow } from './model-window.ts';
import { type CompareReport, renderCompare } from './render.ts';

const options = {
  tolerance: {
    type: 'string',
    value: 'PERCENT',
    help: { en: 'how much slower a mean may be (default 10)', zh: '平均延迟允许变慢的百分比（默认 10）' },
  },
  changed: {
    type: 'string',
    value: 'PERCENT',
    help: { en: 'how many answers may change (default 2)', zh: '允许改变的回答百分比（默认 2）' },
  },
  score: {
    type: 'string',
    value: 'X',
    help: { en: 'how much a score may differ (default 0.02)', zh: '分数允许的差异（默认 0.02）' },
  },
  record: {
    type: 'string',
    value: 'FILE',
    help: {
      en: 'ask the golden rows and the set, and keep the answers here',
      zh: '提问黄金样例与给定集合，把回答存入此文件',
    },
  },
  file: {
    type: 'string',
    value: 'FILE',
    help: {
      en: 'a set to ask beside the golden rows: a POST /predict body a line',
      zh: '除黄金样例外要问的集合：每行一个请求体',
    },
  },
  within: {
    type: 'string',
    value: 'TIME',
    help: { en: 'how far back model:… looks (default 7d)', zh: 'model:… 回看多久（默认 7d）' },
  },
  url: targetOptions.url,
  header: targetOptions.header,
  ...prometheusOption,
} as const satisfies Options;

export const compare = defineCommand({
  name: 'compare',
  usage: 'A B  |  --record FILE',
  summary: {
    en: 'Is B worse than A? Two windows of time, two model versions, or two sets of answers. Exit code 1 when B is worse.',
    zh: 'B 比 A 差吗？比较两段时间、两个模型版本或两组回答。B 更差时退出码为 1。',
  },
  notes: {
    en: `A and B are both of time: FROM..TO (2h..1h, 2026-01-31T10:00..2026-01-31T11:00) or model:NAME[@VERSION], the last time it ran;
or both of answers: a file that --record wrote, or the address of a service, e.g. before.jsonl http://127.0.0.1:5000`,
    zh: `A 和 B 可同为时间：起..止（2h..1h、2026-01-31T10:00..2026-01-31T11:00）或 model:名称[@版本]（其最近一次运行）；
也可同为回答：--record 写出的文件，或服务地址，例如 before.jsonl http://127.0.0.1:5000`,
  },
  options,
  positionals: 2,
  async run(call) {
    const { values, positionals } = call;
    if (values.record !== undefined) return record(call, values.record);
    const [a, b] = positionals;
    if (a === undefined || b === undefined)
      throw usageError(
        'name what to compare: A B; see gte compare --help',
        '请写明比较对象：A B；见 gte compare --help',
      );
    const [timeA, timeB] = [isTime(a), isTime(b)];
    if (timeA !== timeB)
      throw usageError(
        `${a} and ${b}: compare times with times, answers with answers`,
        `${a} 与 ${b}：时间只能与时间比，回答只能与回答比`,
      );
    const report = timeA ? await compareTimes(call, a, b) : await compareSets(call, a, b);
    call.print(compareDocument(report), () => renderCompare(report, call));
    return report.worse ? 1 : 0;
  },
});

const isTime = (text: string) => text.startsWith('model:') || (text.includes('..') && !/[/\\]/.test(text));
const isUrl = (text: string) => /^https?:/.test(text);

async function compareTimes(
  { values, env }: Call<typeof options>,
  a: string,
  b: string,
): Promise<CompareReport> {
  const now = Date.now() / 1000;
  const prometheus = prometheusOf(values, env);
  const horizon = parseDuration(values.within ?? '7d', '--within');
  const tolerance = parseNumber(values.tolerance ?? '10', '--tolerance', 0, 1000) / 100;
  const windowOf = async (text: string) =>
    readWindow(
      prometheus,
      text.startsWith('model:')
        ? await modelWindow(prometheus, text.slice('model:'.length), now, horizon)
        : parseWindow(text, text, now),
    );
  const explanation = explain(await windowOf(a), await windowOf(b), undefined, tolerance);
  if (!explanation) throw unavailable('no task was asked for in either', '两段时间中都没有任务被请求过');
  const tasks = compareWindows(explanation);
  return { kind: 'times', a, b, tasks, explanation, worse: tasks.some(({ worse }) => worse) };
}

async function compareSets(call: Call<typeof options>, a: string, b: string): Promise<CompareReport> {
  const { values } = call;
  const allowed = parseNumber(values.changed ?? '2', '--changed', 0, 100) / 100;
  const score = parseNumber(values.score ?? '0.02', '--score', 0, 1);
  const files = [a, b].filter((side) => !isUrl(side)).map(readAnswers);
  // What one side was asked, the other is asked too.
  const bodies = files[0]?.map(({ body }) => body) ?? (await bodiesOf(call));
  const rowsOf = async (side: string): Promise<readonly AnsweredRow[]> =>
    isUrl(side)
      ? ask(checkUrl(side, side), targetOf(values, call.env).headers, bodies, asking(call))
      : readAnswers(side);
  const [rowsA, rowsB] = [await rowsOf(a), await rowsOf(b)];
  const answers = compareAnswers(rowsA, rowsB, score);
  if (answers.compared === 0)
    throw unavailable('the two were asked nothing in common', '两组回答没有相同的问题');
  return {
    kind: 'answers',
    a,
    b,
    answers,
    allowed,
    worse: answers.changed.length > allowed * answers.compared,
  };
}

const asking = ({ streams, say }: Call<typeof options>) => createProgress(streams, say('ask', '提问'));

async function record(call: Call<typeof options>, path: string): Promise<number> {
  const { url, headers } = targetOf(call.values, call.env);
  const rows = await ask(url, headers, await bodiesOf(call), asking(call));
  writeAnswers(path, rows);
  const failed = rows.filter(({ status }) => status !== 200).length;
  call.print({ file: path, answers: rows.length, failed }, () =>
    call.say(
      `${rows.length} answers in ${path}, ${failed} of them failures\n`,
      `已把 ${rows.length} 个回答存入 ${path}，其中 ${failed} 个失败\n`,
    ),
  );
  return 0;
}

/** The golden rows of the model in force, and the given set. */
async function bodiesOf({ values, env }: Call<typeof options>): Promise<Record<string, unknown>[]> {
  const { golden } = await loadManifest(readConfig(env).model.dir);
  const set = values.file === undefined ? [] : loadBodies({ file: resolve(values.file), tasks: [] });
  return [
    ...golden.rows.map(goldenBody),
    ...set.map(({ body }) => JSON.parse(body) as Record<string, unknown>),
  ];
}
