import type { Page, Response } from 'playwright-core';

/** Chooses a task by its radio button. */
export async function choose(page: Page, task: string): Promise<void> {
  await page.locator(`input[name="task"][value="${task}"]`).check();
}

/** Fills the fields given by name, submits with `send` (default: the button) and waits until the answer is drawn. */
export async function ask(
  page: Page,
  task: string,
  values: Record<string, string>,
  send: () => Promise<void> = () => page.locator('#submit').click(),
): Promise<Response> {
  await choose(page, task);
  for (const [name, value] of Object.entries(values)) await page.locator(`#field-${name}`).fill(value);
  const [response] = await Promise.all([
    page.waitForResponse((candidate) => candidate.url().endsWith('/predict')),
    send(),
  ]);
  await page.locator('#answer[aria-busy="false"]').waitFor();
  return response;
}

/** Texts of all elements a selector finds in the answer. */
export function texts(page: Page, selector: string): Promise<string[]> {
  return page.locator(`#answer ${selector}`).allTextContents();
}
