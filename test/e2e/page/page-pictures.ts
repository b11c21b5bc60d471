import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { root, startService } from '../service.ts';
import { choose } from './ask.ts';
import { openPage } from './open-page.ts';

const PICTURES = [
  { file: 'page-light.png', colorScheme: 'light', task: 'ner', language: 'zh' },
  { file: 'page-en.png', colorScheme: 'light', task: 'relation', language: 'en' },
] as const;

/** The first example of a task, answered. */
export async function takePagePictures(browser: Browser): Promise<void> {
  const service = await startService({ workers: 1 });
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
    await service.stop();
  }
}
