import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export interface OpenPage {
  readonly page: Page;
  /** Console errors, uncaught errors, violations of the policy and requests to other origins, as sentences. */
  readonly faults: string[];
  close(): Promise<void>;
}

/** Debian's Chromium without its windows, which takes half the time. Its sandbox can't be used by root, as which continuous integration often runs. */
export function launchBrowser(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args });
}

/**
 * Opens a page and waits until it shows `ready`: by default that it has read GET /info. `init` is a script that runs
 * before the page's own.
 */
export async function openPage(
  browser: Browser,
  url: string,
  {
    init,
    ready = '#service:not(:empty)',
    ...options
  }: BrowserContextOptions & { init?: string; ready?: string } = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) faults.push(`other origin: ${request.url()}`);
  });
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) => {
    console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI);
  })`);
  if (init) await page.addInitScript(init);
  await page.goto(url);
  await page.locator(ready).waitFor();
  return { page, faults, close: () => context.close() };
}
