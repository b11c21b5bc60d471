import { join } from 'node:path';
import { choose } from './page/ask.ts';
import { launchBrowser, openPage } from './page/open-page.ts';
import { root, startService } from './service.ts';

/** The pictures of the READMEs: the first example of a task, answered. */
const PICTURES = [
  { file: 'page-light.png', colorScheme: 'light', task: 'ner', language: 'zh' },
  { file: 'page-dark.png', colorScheme: 'dark', task: 'event', language: 'zh' },
  { file: 'page-en.png', colorScheme: 'light', task: 'relation', language: 'en' },
] as const;

const [service, browser] = await Promise.all([startService({ workers: 1 }), launchBrowser()]);
try {
  for (const { file, colorScheme, task, language } of PICTURES) {
    const init = `localStorage.setItem('gte-serve.language', '${language}')`;
    const viewport = { width: 1200, height: 600 };
    const { page, close } = await openPage(browser, service.url, { colorScheme, viewport, init });
    await choose(page, task);
    await page.locator('.example').first().click();
    await page.locator('#request .request-id').waitFor();
    // A second answer, with the model warm, shows the times a user sees.
    await page.locator('#submit').click();
    await page.locator('#answer[aria-busy="false"]').waitFor();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(root, 'docs/images', file), fullPage: true });
    await close();
  }
} finally {
  await browser.close();
  await service.stop();
}
