import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchBrowser } from '../../e2e/page/open-page.ts';
import { startService } from '../service.ts';

test('When /docs is opened, then Chromium draws the API from this server alone, without a fault', async (t) => {
  const service = await startService();
  t.after(() => service.close());
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (new URL(url).origin !== service.url && !url.startsWith('data:')) faults.push(url);
  });
  await page.goto(`${service.url}/docs`);
  await page.getByRole('heading', { name: /^gte-serve/ }).waitFor();
  const paths = await page.locator('.opblock-summary-path').allTextContents();
  assert.deepEqual(
    paths.map((path) => path.replaceAll('\u200b', '')),
    ['/predict', '/info', '/healthz', '/readyz', '/openapi.json'],
  );
  await page.locator('.opblock-summary-path', { hasText: 'healthz' }).click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
  assert.deepEqual(faults, []);
});
