/**
 * npm run drill: induces a slow task and a failing task in a running stack and shows when each alert reached the local
 * robots, what it named, and when it was resolved. The stack must have been started with the robots of `robotSettings`:
 *
 *     export $(npm run --silent drill -- --settings) && bash ops/start.sh && npm run drill
 */
import { rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadStackSettings } from '../../src/stack/settings.ts';
import { MISSABLE, missDeadline } from '../e2e/miss-deadline.ts';
import { root, type Service, startService } from '../e2e/service.ts';
import {
  type Behaviour,
  dingtalkRobot,
  feishuRobot,
  startRobot,
  wecomRobot,
} from '../integration/relay/fake-robots.ts';

const PORTS = { dingtalk: 8061, feishu: 8062, wecom: 8063 };
const SECRET = 'SECdrilldrilldrill';
const robotSettings = {
  RELAY_DINGTALK_URL: `http://127.0.0.1:${PORTS.dingtalk}/robot/send?access_token=drilldrill`,
  RELAY_DINGTALK_SECRET: SECRET,
  RELAY_DINGTALK_KEYWORD: 'GTE',
  RELAY_FEISHU_URL: `http://127.0.0.1:${PORTS.feishu}/open-apis/bot/v2/hook/drilldrill`,
  RELAY_FEISHU_SECRET: SECRET,
  RELAY_WECOM_URL: `http://127.0.0.1:${PORTS.wecom}/cgi-bin/webhook/send?key=drilldrill`,
};
const ROBOTS: Record<keyof typeof PORTS, Behaviour> = {
  dingtalk: dingtalkRobot({ token: 'drilldrill', secret: SECRET, keyword: 'GTE' }),
  feishu: feishuRobot({ secret: SECRET }),
  wecom: wecomRobot,
};

/** `for`, two scrapes and evaluations, group_wait, and a few seconds on the way. */
const FAULTS = [
  { alert: 'GTE_TaskLatencyHigh', task: 'event', other: 'qa', firesWithinS: 210, resolvesWithinS: 420 },
  { alert: 'GTE_ErrorRateHigh', task: 'qa', other: 'event', firesWithinS: 120, resolvesWithinS: 420 },
];
/** Alerts are silent below a traffic of a few requests a minute. */
const WARM_UP_S = 60;
const SLOW_MS = { least: 2600, aim: 3500, most: 6000 };
/** The API takes 20,000. */
const MOST_LENGTH = 19_000;
const PROBE_LENGTH = 2000;

const { NGINX_PORT, ALERTMANAGER_PORT } = loadStackSettings(process.env);
const url = `http://127.0.0.1:${NGINX_PORT}/predict`;

async function ask(task_type: string, input_text: string) {
  const started = performance.now();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ task_type, input_text }),
  });
  await answer.arrayBuffer();
  return { status: answer.status, ms: performance.now() - started };
}

const EVENT = '据报道，雀巢公司计划于明年3月裁员2000人。';
const QA = '故宫博物院成立于1925年10月10日，位于北京市东城区。';

/** A second's requests of users who are served well. */
async function ordinaryTraffic(tasks: readonly string[], on: AbortSignal): Promise<void> {
  const texts: Record<string, string> = { event: EVENT, qa: `${QA}|哪一年成立？`, ner: QA };
  while (!on.aborted) {
    await Promise.all(tasks.map((task) => ask(task, texts[task] ?? '')));
    await sleep(1000);
  }
}

const longText = (length: number) => EVENT.repeat(900).slice(0, Math.min(MOST_LENGTH, Math.ceil(length)));

/** About how long a text is that takes this machine so many ms: of one that takes less, in proportion. */
async function lengthFor(ms: number): Promise<number> {
  const probe = await ask('event', longText(PROBE_LENGTH));
  return (PROBE_LENGTH * ms) / probe.ms;
}

/** One request after another, its text as long as it takes to be slow but answered. */
async function slowTask(length: number, on: AbortSignal): Promise<void> {
  while (!on.aborted) {
    const { status, ms } = await ask('event', longText(length));
    if (status !== 200 || ms > SLOW_MS.most) length = Math.max(200, length * 0.7);
    else if (ms < SLOW_MS.least) length = Math.min(MOST_LENGTH, length * 1.5);
  }
}

/** A service beside the stack's, which Prometheus scrapes too: only there a deadline is short, and missed. */
async function startFailing(): Promise<Service> {
  const service = await startService({
    env: { ...MISSABLE, GTE_LOG_LEVEL: 'silent' },
  });
  const targets = resolve(root, 'var/etc/prometheus/targets/gte-drill.yml');
  writeFileSync(targets, `- targets: [${new URL(service.metricsUrl).host}]\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.once('exit', () => {
    rmSync(targets, { force: true });
    service.primary.kill();
  });
  return service;
}

async function failingTask(service: Service, on: AbortSignal): Promise<void> {
  while (!on.aborted) {
    await missDeadline(service, 1);
    await sleep(500);
  }
}

async function firing(): Promise<string[]> {
  const answer = await fetch(`http://127.0.0.1:${ALERTMANAGER_PORT}/api/v2/alerts`);
  return ((await answer.json()) as { labels: { alertname: string } }[]).map(({ labels }) => labels.alertname);
}

async function main(): Promise<boolean> {
  const already = (await firing()).filter((name) => FAULTS.some(({ alert }) => alert === name));
  if (already.length > 0) {
    console.error(`${already.join(', ')} fires already: nothing could be measured`);
    return false;
  }
  let started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const arrived = new Map<string, number>();
  const misnamed: string[] = [];
  for (const [kind, port] of Object.entries(PORTS)) {
    const behave: Behaviour = (post, attempt) => {
      const answer = ROBOTS[kind as keyof typeof PORTS](post, attempt) as { errcode?: number; code?: number };
      const text = JSON.stringify(post.body);
      for (const { alert, task, other } of FAULTS) {
        if (!text.includes(`${alert}（`)) continue;
        const state = text.includes('【恢复】') ? 'resolved' : 'fired';
        const key = `${kind} ${alert} ${state}`;
        // What was still on its way from before the drill.
        if (state === 'resolved' && !arrived.has(`${kind} ${alert} fired`)) continue;
        if ((answer.errcode ?? answer.code) !== 0) misnamed.push(`${key}: refused ${JSON.stringify(answer)}`);
        if (!text.includes(`（${task}）`) || text.includes(`（${other}）`) || text.includes('（ner）'))
          misnamed.push(`${key}: ${text}`);
        if (!arrived.has(key)) {
          arrived.set(key, seconds());
          console.log(`${seconds().toFixed(0).padStart(4)} s  ${key}`);
        }
      }
      return answer;
    };
    await startRobot(behave, port);
  }
  const all = (state: string) =>
    Object.keys(PORTS).flatMap((kind) => FAULTS.map(({ alert }) => `${kind} ${alert} ${state}`));
  const wait = async (state: string, limitS: number) => {
    const end = seconds() + limitS;
    while (seconds() < end && !all(state).every((key) => arrived.has(key))) await sleep(200);
  };

  const failing = await startFailing();
  const faults = new AbortController();
  const load = new AbortController();
  console.log(`${WARM_UP_S} s of ordinary traffic`);
  const well = new AbortController();
  const before = ordinaryTraffic(['event', 'qa'], well.signal);
  const running = [ordinaryTraffic(['ner'], load.signal)];
  await sleep(WARM_UP_S * 1000);
  well.abort();
  await before;
  const slowLength = await lengthFor(SLOW_MS.aim);
  started = performance.now();
  console.log('   0 s  faults begin: event slow, qa failing, ner well');
  running.push(slowTask(slowLength, faults.signal), failingTask(failing, faults.signal));
  await wait('fired', Math.max(...FAULTS.map(({ firesWithinS }) => firesWithinS)));
  const ended = seconds();
  console.log(`${ended.toFixed(0).padStart(4)} s  faults end`);
  faults.abort();
  await wait('resolved', Math.max(...FAULTS.map(({ resolvesWithinS }) => resolvesWithinS)));
  load.abort();
  await Promise.all(running);

  let good = misnamed.length === 0;
  for (const fault of misnamed) console.log(`WRONG  ${fault}`);
  console.log(
    '\n| alert | robot | fired after | promised | resolved after | promised |\n|---|---|---|---|---|---|',
  );
  for (const { alert, firesWithinS, resolvesWithinS } of FAULTS) {
    for (const kind of Object.keys(PORTS)) {
      const fired = arrived.get(`${kind} ${alert} fired`) ?? Number.POSITIVE_INFINITY;
      const resolved = (arrived.get(`${kind} ${alert} resolved`) ?? Number.POSITIVE_INFINITY) - ended;
      good &&= fired <= firesWithinS && resolved <= resolvesWithinS;
      console.log(
        `| ${alert} | ${kind} | ${fired.toFixed(0)} s | ${firesWithinS} s | ${resolved.toFixed(0)} s | ${resolvesWithinS} s |`,
      );
    }
  }
  return good;
}

if (process.argv.includes('--settings')) {
  console.log(
    Object.entries(robotSettings)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  );
} else {
  process.exit((await main()) ? 0 : 1);
}
