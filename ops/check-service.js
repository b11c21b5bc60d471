// Waits for the service, asks it one sentence per task, and prints the answers and the URLs. With --pm2 [BYTES] it stops
// waiting when PM2 gave the service up, and prints its last word: what stands in its log of errors after the first BYTES,
// which are of earlier starts.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reachedAt } from '../dist/host-and-port.js';
import { createPm2 } from '../dist/stack/pm2.js';

const { GTE_HOST, GTE_PORT, GTE_METRICS_HOST, GTE_METRICS_PORT } = process.env;
const service = `http://${reachedAt(GTE_HOST || '127.0.0.1', GTE_PORT || 5000)}`;
const metrics = `http://${reachedAt(GTE_METRICS_HOST || '127.0.0.1', GTE_METRICS_PORT || 9090)}`;
const READY_MS = 120_000;
const root = resolve(import.meta.dirname, '..');
const [asked, earlier = '0'] = process.argv.slice(2);
const pm2 = asked === '--pm2' ? createPm2(root) : undefined;

const questions = {
  ner: '昨天下午，华为公司创始人任正非在深圳总部会见了来自德国的客户代表。',
  relation: '《平凡的世界》是作家路遥创作的一部长篇小说。',
  event: '据报道，雀巢公司计划于明年3月裁员2000人。',
  sentiment: '房间很干净，前台服务也热情，下次来还会住这里。',
  classification: '央行宣布下调存款准备金率0.5个百分点',
  qa: '故宫博物院成立于1925年10月10日，位于北京市东城区。|故宫博物院是哪一年成立的？',
};

const summaries = {
  ner: (found) => found.map((e) => `${e.text} (${e.name})`).join('、'),
  relation: (found) => found.map((r) => `${r.subject.text} → ${r.predicate} → ${r.object.text}`).join('、'),
  event: (found) =>
    found
      .map((e) => `${e.type}: ${e.trigger.text}; ${e.arguments.map((a) => `${a.role} ${a.text}`).join(', ')}`)
      .join('、'),
  sentiment: (found) => `${found.name} ${found.score.toFixed(2)}`,
  classification: (found) => `${found.name} ${found.score.toFixed(2)}`,
  qa: (found) => found.answer,
};

const GIVEN_UP = new Set(['stopped', 'errored']);

/** The newest sentence in the log of errors, without the name before it. */
function lastWord() {
  const file = resolve(root, 'var/log/gte-serve.err.log');
  if (!existsSync(file)) return undefined;
  const written = readFileSync(file);
  // Shorter than it was: rotated meanwhile.
  const ours = written.length < Number(earlier) ? written : written.subarray(Number(earlier));
  return [...ours.toString().matchAll(/^gte-serve: (.*)$/gm)].at(-1)?.[1];
}

async function ready() {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`${service}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(
      () => undefined,
    );
    // Asked even when somebody answers: on a taken port that is not ours.
    const apps = await pm2?.list();
    const status = apps?.find(({ name }) => name === 'gte-serve')?.status;
    if (apps && status === undefined) throw new Error('PM2 did not start it');
    if (GIVEN_UP.has(status))
      throw new Error(lastWord() ?? `PM2 says ${status}; see: npx pm2 logs gte-serve`);
    if (answer?.ok) return;
    if (performance.now() > deadline) throw new Error(`${service} is not ready; see: npx pm2 logs gte-serve`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The result, or null when the service answers only to those who have a key. */
async function ask(task_type, input_text) {
  const answer = await fetch(`${service}/predict`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ task_type, input_text }),
  });
  const body = await answer.json();
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`${task_type}: ${answer.status} ${body.error}`);
  return body.result;
}

/** Why the model can't do a task, by task. Nothing when the service tells only those who have a key. */
async function impossible() {
  const answer = await fetch(`${service}/info`);
  const { tasks = [] } = answer.ok ? await answer.json() : {};
  return new Map(tasks.filter(({ available }) => !available).map(({ type, reason }) => [type, reason]));
}

try {
  await ready();
  const reasons = await impossible();
  for (const [task, text] of Object.entries(questions)) {
    if (reasons.has(task)) {
      console.log(`${task.padEnd(15)} not with this model: ${reasons.get(task)}`);
      continue;
    }
    const result = await ask(task, text);
    if (result === null) {
      console.log('ready; it wants an API key (GTE_API_KEYS_FILE), so no sentence was asked');
      break;
    }
    console.log(`${task.padEnd(15)} ${text}\n${' '.repeat(15)} ${summaries[task](result)}`);
  }
  console.log(
    `\npage      ${service}/\nAPI       ${service}/predict  (described at ${service}/docs)\nmetrics   ${metrics}/metrics`,
  );
} catch (error) {
  console.error(`gte-serve: ${error.message}`);
  process.exitCode = 1;
}
