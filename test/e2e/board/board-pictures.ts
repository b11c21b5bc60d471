import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { MISSABLE, missDeadline } from '../miss-deadline.ts';
import { mixedBody } from '../mixed-requests.ts';
import { root, type Service, startService } from '../service.ts';
import { until } from '../until.ts';
import { writeBesideMetrics } from './board-beside-metrics.ts';
import { openBoard } from './open-board.ts';

const PICTURES = [
  { file: 'board-light.png', colorScheme: 'light', language: 'zh', width: 1440 },
  { file: 'board-dark.png', colorScheme: 'dark', language: 'zh', width: 1440 },
  { file: 'board-en.png', colorScheme: 'light', language: 'en', width: 1440 },
  { file: 'board-alarm-en.png', colorScheme: 'dark', language: 'en', width: 1440 },
  { file: 'board-phone.png', colorScheme: 'light', language: 'zh', width: 360 },
] as const;
type Picture = (typeof PICTURES)[number];

/** So long after its start the board shows five minutes, two of them with load. */
const LOAD_SECONDS = 120;
const TICK_MS = 100;

async function post(service: Service, body: object): Promise<void> {
  const answer = await fetch(`${service.url}/predict`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  await answer?.arrayBuffer();
}

/** Texts of all tasks, one in twelve a long one, at a rate that rises and falls. */
function startLoad(service: Service) {
  let sent = 0;
  let due = 0;
  const long = { task_type: 'event', input_text: '据报道，雀巢公司计划于明年3月裁员2000人。'.repeat(20) };
  const under = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const seconds = performance.now() / 1000;
    due += (TICK_MS / 1000) * (7 + 3 * Math.sin(seconds / 9) + 1.5 * Math.sin(seconds / 2.3));
    while (sent < due) {
      sent += 1;
      const body = sent % 12 === 0 ? long : (mixedBody(sent * 5 + Math.floor(sent / 8)) ?? long);
      const one = post(service, body).finally(() => under.delete(one));
      under.add(one);
    }
  }, TICK_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(under);
  };
}

async function take(browser: Browser, service: Service, picture: Picture): Promise<void> {
  const { file, colorScheme, language, width } = picture;
  const init = `localStorage.setItem('gte-serve.language', '${language}')`;
  const viewport = { width, height: 900 };
  const { page, close } = await openBoard(browser, service.metricsUrl, { colorScheme, viewport, init });
  await page.locator('#matrix td[data-count]').first().waitFor();
  await page.screenshot({ path: join(root, 'docs/images', file), fullPage: true });
  await close();
}

/** The board under load when all is well, beside /metrics, and while a worker has died and requests miss their deadline. */
export async function takeBoardPictures(browser: Browser): Promise<void> {
  const service = await startService({ workers: 2, env: MISSABLE });
  let stopLoad = startLoad(service);
  try {
    await sleep(LOAD_SECONDS * 1000);
    const [light, dark, english, englishAlarm, phone] = PICTURES;
    await take(browser, service, light);
    await take(browser, service, english);
    await stopLoad();
    await writeBesideMetrics(browser, service);

    stopLoad = startLoad(service);
    const [, victim] = await service.workers();
    if (victim) process.kill(victim.pid, 'SIGKILL');
    await until('another worker is in its place', async () =>
      (await service.workers()).every(({ pid, state }) => pid !== victim?.pid && state === 'ready'),
    );
    await stopLoad(); // only qa is to fail
    await missDeadline(service, 5);
    stopLoad = startLoad(service);
    await sleep(8000);
    await take(browser, service, dark);
    await take(browser, service, englishAlarm);
    await take(browser, service, phone);
  } finally {
    await stopLoad();
    await service.stop();
  }
}
