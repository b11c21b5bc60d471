import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKey } from '../../src/auth/new-key.ts';
import { ask } from './page/ask.ts';
import { launchBrowser, openPage } from './page/open-page.ts';
import { startService } from './service.ts';

test('When the service wants a key, then the page asks for it, answers with it, and shows it to nobody', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'gte-keys-'));
  const { key, line } = createKey('visitor');
  await writeFile(join(dir, 'keys'), `${line}\n`);
  const [service, browser] = await Promise.all([
    startService({ workers: 1, env: { GTE_API_KEYS_FILE: join(dir, 'keys') } }),
    launchBrowser(),
  ]);
  t.after(() => Promise.all([browser.close(), service.stop(), rm(dir, { recursive: true })]));
  const { page, faults } = await openPage(browser, service.url, { locale: 'en-GB' });

  assert.equal((await ask(page, 'sentiment', {})).status(), 401);
  await page.locator('#api-key').fill(key);
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith('/predict')),
    page.locator('.key-form button').click(),
  ]);
  assert.equal(answer.status(), 200);
  await page.locator('#service[data-state="ready"]').waitFor();
  assert.equal(await page.locator('#error').textContent(), '');
  assert.ok(!(await page.content()).includes(key));
  assert.match((await page.locator('#request').textContent()) ?? '', /Bearer YOUR_KEY/);

  await page.reload();
  assert.equal((await ask(page, 'sentiment', {})).status(), 200, 'the tab remembers the key');
  assert.deepEqual(await page.context().cookies(), []);
  assert.deepEqual(
    faults.filter((fault) => !/Failed to load resource/.test(fault)),
    [],
  );
});
