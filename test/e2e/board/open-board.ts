import type { Browser, Page } from 'playwright-core';
import { type OpenPage, openPage } from '../page/open-page.ts';

/** Opens the live board and waits for its first frame. */
export function openBoard(
  browser: Browser,
  metricsUrl: string,
  options: Parameters<typeof openPage>[2] = {},
): Promise<OpenPage> {
  return openPage(browser, metricsUrl, { ready: 'body[data-state="live"][data-second]', ...options });
}

/** Numbers that elements carry unrounded, by one of their data attributes. */
export async function numbers(
  page: Page,
  selector: string,
  key: string,
  value: string,
): Promise<Record<string, number>> {
  const found = await page.locator(selector).evaluateAll(
    (elements, names) =>
      elements.map((element) => {
        const { dataset } = element as unknown as { dataset: Record<string, string> };
        return [names.key.map((name) => dataset[name]).join(' '), Number(dataset[names.value])] as const;
      }),
    { key: key.split(' '), value },
  );
  return Object.fromEntries(found);
}
