import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ask, choose, texts } from './page/ask.ts';
import { launchBrowser, type OpenPage, openPage } from './page/open-page.ts';
import { SAMPLES } from './page/sample-requests.ts';
import { type Service, startService } from './service.ts';

const axe = createRequire(import.meta.url)('axe-core') as { source: string };

/** Chromium reports a fetch that was answered 4xx or 5xx as an error of the console. */
const REFUSED = /Failed to load resource/;

describe('The page', () => {
  let service: Service;
  let browser: Browser;
  let opened: OpenPage;
  let page: Page;
  let expectedFaults: RegExp[];

  async function reopen(options: Parameters<typeof openPage>[2], path = '/'): Promise<void> {
    await opened?.close();
    opened = await openPage(browser, service.url + path, options);
    page = opened.page;
  }

  /** Text of the first element a selector finds. */
  const read = async (selector: string) => (await page.locator(selector).first().textContent()) ?? '';

  before(async () => {
    [service, browser] = await Promise.all([startService({ workers: 1 }), launchBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await service?.stop();
  });
  beforeEach(async () => {
    expectedFaults = [];
    opened = await openPage(browser, service.url);
    page = opened.page;
  });
  afterEach(async () => {
    await opened.close();
    const faults = opened.faults.filter((fault) => !expectedFaults.some((expected) => expected.test(fault)));
    assert.deepEqual(faults, []);
  });

  it('When it is fetched, then its policy allows no inline code, no eval and no other origin', async () => {
    const response = await fetch(service.url);
    const policy = response.headers.get('Content-Security-Policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /style-src 'self'(;|$)/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  });

  it('When it opens, then it names the model and holds a text ready', async () => {
    assert.match(await read('#service'), /starter 1\.0\.0/);
    assert.notEqual(await page.locator('#field-input_text').inputValue(), '');
    assert.equal(await page.locator('input[name="task"]:checked').inputValue(), 'ner');
  });

  it('When a text is sent to ner, then its entities are marked in it, listed and explained by a legend', async () => {
    await ask(page, 'ner', SAMPLES.ner);
    assert.equal(await read('.annotated-text'), SAMPLES.ner.input_text);
    assert.deepEqual(await texts(page, 'mark'), ['北京大学计算机学院', '教授', '李晓明', '计算机学报']);
    assert.deepEqual(await texts(page, 'tbody td:nth-child(2)'), ['组织机构', '职位', '人名', '书籍']);
    assert.deepEqual(await texts(page, '.annotated-label'), ['组织机构', '职位', '人名', '书籍']);
    assert.deepEqual(await texts(page, '.legend-entry'), ['组织机构1', '职位1', '人名1', '书籍1']);
    assert.match(await read('#summary'), /4 个实体/);

    const colours = await page.evaluate(
      `[...document.querySelectorAll('.annotated mark')].map((mark) => getComputedStyle(mark).backgroundColor)`,
    );
    assert.equal(new Set(colours as string[]).size, 4);
  });

  it('When a legend entry is pressed, then its entities are hidden, and shown when it is pressed again', async () => {
    await ask(page, 'ner', SAMPLES.ner);
    const entry = page.locator('.legend-entry', { hasText: '人名' });
    await entry.click();
    assert.equal(await entry.getAttribute('aria-pressed'), 'false');
    assert.deepEqual(await texts(page, 'mark'), ['北京大学计算机学院', '教授', '计算机学报']);
    await entry.click();
    assert.equal((await texts(page, 'mark')).length, 4);
  });

  it('When emoji and rare Hanzi stand before an entity, then the mark still fits it', async () => {
    const input_text = `😀👨‍👩‍👧‍👦𠮷野家。${SAMPLES.ner.input_text}`;
    await ask(page, 'ner', { input_text });
    assert.equal(await read('.annotated-text'), input_text);
    const marked = await texts(page, 'mark');
    for (const entity of ['教授', '李晓明', '计算机学报']) assert.ok(marked.includes(entity), marked.join());
  });

  it('When another ner scheme is chosen, then the types are those of that scheme', async () => {
    await choose(page, 'ner');
    assert.deepEqual(
      await page
        .locator('input[name="scheme"]')
        .evaluateAll((inputs) => inputs.map((input) => (input as unknown as { value: string }).value)),
      ['default', 'cluener', 'msra', 'boson'],
    );
    await page.locator('input[name="scheme"][value="msra"]').check();
    await ask(page, 'ner', SAMPLES.ner);
    const types = await texts(page, 'tbody td:nth-child(2)');
    assert.ok(types.includes('组织机构') && types.includes('人名') && !types.includes('职位'), types.join());
  });

  it('When a text is sent to relation, then triples are shown and the one in focus is marked in the text', async () => {
    await ask(page, 'relation', SAMPLES.relation);
    const parts = page.locator('.triple', { hasText: '导演' });
    assert.deepEqual(await parts.locator('bdi, .triple-predicate').allTextContents(), [
      '流浪地球',
      '导演',
      '郭帆',
    ]);
    await parts.focus();
    assert.deepEqual(await texts(page, 'mark:not(.colour-none)'), ['流浪地球', '郭帆']);
    assert.deepEqual(await texts(page, '.annotated-label'), ['主体', '客体']);

    await page.locator('.triple', { hasText: '吴京' }).hover();
    assert.deepEqual(await texts(page, 'mark:not(.colour-none)'), ['流浪地球', '吴京']);
    assert.equal(await page.locator('.triple[aria-current]').count(), 1);
  });

  it('When a text is sent to event, then trigger and arguments are listed and marked by role', async () => {
    await ask(page, 'event', SAMPLES.event);
    assert.match(await read('.event-type'), /组织关系-裁员/);
    assert.deepEqual(await texts(page, '.event-part dt'), ['触发词', '时间', '裁员人数', '裁员方']);
    assert.deepEqual(await texts(page, '.event-part bdi'), ['裁员', '明年3月', '2000人', '雀巢公司']);
    assert.deepEqual(await texts(page, 'mark'), ['雀巢公司', '明年3月', '裁员', '2000人']);
    assert.equal(await read('.annotated-text'), SAMPLES.event.input_text);
  });

  it('When a review is sent to sentiment, then the verdict and both scores are shown', async () => {
    await ask(page, 'sentiment', SAMPLES.sentiment);
    assert.equal(await read('.verdict-name'), '正面');
    assert.deepEqual(await texts(page, '.bar-name'), ['正面', '负面']);
    assert.match((await texts(page, '.bar-score'))[0] ?? '', /^9\d\.\d%$/);
  });

  it('When a headline is sent to classification, then scores are bars, highest first', async () => {
    await ask(page, 'classification', SAMPLES.classification);
    assert.equal(await read('.verdict-name'), '体育');
    const scores = (await texts(page, '.bar-score')).map(Number.parseFloat);
    assert.equal(scores.length, 10);
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    );
    const widths = await page
      .locator('.bar-fill')
      .evaluateAll((bars) => bars.map((bar) => (bar as unknown as { clientWidth: number }).clientWidth));
    assert.ok((widths[0] ?? 0) > 10 * (widths[9] ?? 0), widths.join());

    await page.locator('input[name="scheme"][value="news"]').check();
    await ask(page, 'classification', {});
    assert.equal((await texts(page, '.bar')).length, 15);
  });

  it('When labels of one’s own are given, then they are the classes, whatever they hold', async () => {
    await choose(page, 'classification');
    assert.equal(await page.locator('#field-labels').isVisible(), false);
    await page.locator('input[name="scheme"][value="custom"]').check();
    await ask(page, 'classification', {
      ...SAMPLES.classification,
      labels: '体育，财经、<b>科技</b>\n娱乐',
    });
    assert.equal(await read('.verdict-name'), '体育');
    assert.deepEqual(
      (await texts(page, '.bar-name')).toSorted(),
      ['<b>科技</b>', '体育', '娱乐', '财经'].toSorted(),
    );
  });

  it('When a question is sent to qa, then its answer stands out and is marked in the passage', async () => {
    await ask(page, 'qa', SAMPLES.qa);
    assert.equal(await read('.verdict-name'), '陈独秀');
    assert.deepEqual(await texts(page, 'mark'), ['陈独秀']);
    assert.equal(await read('.annotated-text'), SAMPLES.qa.context);
  });

  it('When the passage holds no answer, then that is said plainly', async () => {
    await ask(page, 'qa', { context: '今天天气很好，我们去公园玩。', question: '谁发明了电话？' });
    assert.equal(await read('.verdict-name'), '材料里没有答案。');
    assert.deepEqual(await texts(page, 'mark'), []);
  });

  it('When the two vector tasks are asked, then a picture of the vector and the cosine are shown', async () => {
    await ask(page, 'embedding', SAMPLES.embedding);
    assert.match(await read('#summary'), /512/);
    assert.equal(await page.locator('canvas.vector-picture').count(), 1);
    await ask(page, 'similarity', SAMPLES.similarity);
    assert.match(await read('.verdict-name'), /^0\.7\d\d$/);
  });

  it('When an answer is shown, then stage times, request id, JSON and a curl command stand below it', async () => {
    const response = await ask(page, 'ner', SAMPLES.ner);
    assert.deepEqual(
      await page
        .locator('.timing-key li')
        .evaluateAll((items) =>
          items.map((item) => (item as unknown as { dataset: { stage: string } }).dataset.stage),
        ),
      ['tokenize', 'queue', 'infer', 'decode'],
    );
    assert.equal(await page.locator('.timing-part').count(), 4);
    assert.equal(await read('.request-id'), await response.headerValue('X-Request-Id'));
    const curl = await read('.code-block code');
    assert.ok(curl.startsWith(`curl -sS '${service.url}/predict'`), curl);
    assert.ok(curl.includes(SAMPLES.ner.input_text));
    await page.locator('#raw-json summary').click();
    assert.deepEqual(JSON.parse(await read('#raw-json code')), await response.json());
  });

  it('When a copy button is pressed, then the clipboard holds the command', async () => {
    await page.context().grantPermissions(['clipboard-write']);
    await ask(page, 'similarity', SAMPLES.similarity);
    await page.getByRole('button', { name: '复制 curl 命令' }).click();
    await page.locator('.copy', { hasText: '已复制' }).waitFor();
    const command = await read('.code-block code');
    // The page's own policy forbids reading the clipboard, so it is pasted as a person would.
    await choose(page, 'ner');
    const field = page.locator('form textarea').first();
    await field.fill('');
    await field.press('Control+V');
    assert.equal(await field.inputValue(), command);
  });

  it('When an example is picked, then it fills the form and is answered', async () => {
    await choose(page, 'qa');
    await page.locator('.example').nth(1).click();
    await page.locator('#request .request-id').waitFor();
    const passage = await page.locator('#field-context').inputValue();
    assert.equal(await read('.annotated-text'), passage);
  });

  it('When the language is switched, then the page is English, keeps its answer and remembers', async () => {
    await ask(page, 'ner', SAMPLES.ner);
    await page.locator('#language').click();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    assert.equal(await page.title(), 'gte-serve · Chinese text analysis');
    assert.deepEqual(await texts(page, 'tbody td:nth-child(2)'), [
      'organization',
      'position',
      'person',
      'book',
    ]);
    assert.equal(await read('#submit'), 'Analyse');
    await page.reload();
    await page.locator('#service:not(:empty)').waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await page.locator('#language').click();
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN');
  });

  it('When storage is blocked, then the page works and the language still switches', async () => {
    await reopen({
      init: `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('blocked') } })`,
    });
    await page.locator('#language').click();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  });

  it('When only the keyboard is used, then a task is chosen, asked and its answer walked, focus always visible', async () => {
    const focused = () =>
      page.evaluate(`(() => {
        const at = document.activeElement;
        const shown = at.matches('.task input') ? at.nextElementSibling : at;
        return { name: at.name || at.className || at.id, outline: getComputedStyle(shown).outlineStyle };
      })()`) as Promise<{ name: string; outline: string }>;
    const visited: string[] = [];
    const tabTo = async (name: string) => {
      do {
        await page.keyboard.press('Tab');
        const { name: at, outline } = await focused();
        assert.notEqual(outline, 'none', at);
        visited.push(at);
        assert.ok(visited.length < 60, `no ${name} among ${visited.join()}`);
      } while (visited.at(-1) !== name);
    };

    await tabTo('task');
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.locator('input[name="task"]:checked').inputValue(), 'relation');
    assert.equal((await focused()).outline, 'solid');
    await tabTo('input_text');
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(SAMPLES.relation.input_text);
    await page.keyboard.press('Control+Enter');
    await page.locator('.triple').first().waitFor();
    await tabTo('triple');
    await tabTo('triple');
    assert.equal(await page.locator('.triple[aria-current]').count(), 1);
    assert.equal(await page.locator('li:nth-child(2) > .triple').getAttribute('aria-current'), 'true');
  });

  it('When the text is empty, then the service’s sentence is shown with its code and request id', async () => {
    expectedFaults = [REFUSED];
    const response = await ask(page, 'ner', { input_text: '' });
    const body = await response.json();
    assert.equal(response.status(), 400);
    assert.match(await read('[role=alert]'), /^请求有误。/);
    assert.ok((await read('[role=alert]')).includes(body.error));
    assert.match(await read('[role=alert]'), /validation · HTTP 400/);
    assert.ok((await read('[role=alert]')).includes(body.request_id));

    await ask(page, 'ner', SAMPLES.ner);
    assert.equal(await read('[role=alert]'), '');
  });

  it('When the service is busy, away or replaced by a proxy’s page, then each is said in a sentence', async () => {
    expectedFaults = [REFUSED];
    await page.route('**/predict', (route) =>
      route.fulfill({
        status: 429,
        headers: { 'Retry-After': '3', 'X-Request-Id': 'busy-0001' },
        json: { error: 'the service is busy; try again later', code: 'overloaded', request_id: 'busy-0001' },
      }),
    );
    await ask(page, 'ner', {});
    assert.match(await read('[role=alert]'), /服务正忙。 请 3 秒后再试。[\s\S]*busy-0001/);

    await page.route('**/predict', (route) => route.fulfill({ status: 502, body: '<h1>Bad Gateway</h1>' }));
    await ask(page, 'ner', {});
    assert.match(await read('[role=alert]'), /服务没有正常回答。[\s\S]*HTTP 502/);

    await page.route('**/predict', (route) => route.abort());
    await page.locator('#submit').click();
    await page.getByText('连不上服务。').waitFor();
  });

  it('When text and answer hold markup, then it stays text', async () => {
    const hostile = '<img src=x onerror=alert(1)>"\'><script>alert(2)</script>';
    const input_text = `${hostile}${SAMPLES.ner.input_text}`;
    await ask(page, 'ner', { input_text });
    assert.equal(await read('.annotated-text'), input_text);

    const entity = { text: hostile, type: hostile, name: hostile, start: 0, end: 5, score: 0.5 };
    await page.route('**/predict', (route) =>
      route.fulfill({ json: { result: [entity], task_type: 'ner', model: hostile, truncated: true } }),
    );
    await ask(page, 'ner', {});
    assert.deepEqual(await texts(page, '.annotated-label'), [hostile]);
    assert.equal(await page.locator('#answer :is(img, script), #request :is(img, script)').count(), 0);
    assert.match(await read('.warning'), /没有读到/);
  });

  it('When tasks are switched, then each keeps its own text and answer', async () => {
    await ask(page, 'sentiment', SAMPLES.sentiment);
    await choose(page, 'event');
    assert.equal(await page.locator('.verdict').count(), 0);
    await choose(page, 'sentiment');
    assert.equal(await page.locator('#field-input_text').inputValue(), SAMPLES.sentiment.input_text);
    assert.equal(await read('.verdict-name'), '正面');
    assert.match(page.url(), /#sentiment$/);
  });

  it('When /info is silent or a task is missing, then the page offers what it knows and says what it lacks', async () => {
    expectedFaults = [REFUSED];
    await page.route('**/info', (route) => route.fulfill({ status: 500, body: '' }));
    await page.reload();
    await page.locator('#service:not(:empty)').waitFor();
    assert.equal(await page.locator('input[name="scheme"]').count(), 4);

    const tasks = [{ type: 'ner', available: false, reason: 'the model folder holds no extractor' }];
    await page.route('**/info', (route) => route.fulfill({ json: { tasks } }));
    await page.reload();
    await page.getByText('the model folder holds no extractor').waitFor();
  });

  it('When the model has other schemes or none, then the page asks for what there is', async () => {
    const asked = async (schemes?: string[]) => {
      const offered = { type: 'classification', available: true, ...(schemes && { schemes }) };
      await page.route('**/info', (route) => route.fulfill({ json: { tasks: [offered] } }));
      const result = { label: 'a', name: 'a', score: 1, scores: { a: 1 } };
      await page.route('**/predict', (route) => route.fulfill({ json: { result } }));
      await page.reload();
      await page.locator('#service:not(:empty)').waitFor();
      await choose(page, 'classification');
      const [request] = await Promise.all([
        page.waitForRequest((candidate) => candidate.url().endsWith('/predict')),
        page.locator('#submit').click(),
      ]);
      return request.postDataJSON();
    };
    assert.equal((await asked(['sector'])).scheme, 'sector');
    assert.deepEqual(Object.keys(await asked()).sort(), ['input_text', 'labels', 'task_type']);
  });

  it('When the screen is 360 px wide, then no task makes the page scroll sideways, in either language', async () => {
    await reopen({ viewport: { width: 360, height: 740 } });
    const overflow = async () => Number(await page.evaluate('document.documentElement.scrollWidth')) - 360;
    for (const language of ['zh', 'en']) {
      for (const [task, values] of Object.entries(SAMPLES)) {
        await ask(page, task, values);
        assert.ok((await overflow()) <= 0, `${task} in ${language}`);
      }
      await page.locator('#language').click();
    }
    await ask(page, 'ner', { input_text: `${'supercalifragilistic'.repeat(12)}与北京大学` });
    assert.ok((await overflow()) <= 0, 'a long word');
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`When it is ${colorScheme}, then every task’s answer passes the WCAG 2.1 AA checks of axe`, async () => {
      await reopen({ colorScheme });
      await page.evaluate(axe.source);
      const check = async (state: string) => {
        const violations = await page.evaluate(
          `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then(({ violations }) =>
            violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, any }) => html + ' ' + any.map(({ message }) => message)).join('\\n')))`,
        );
        assert.deepEqual(violations, [], state);
      };
      await check('before any question');
      for (const [task, values] of Object.entries(SAMPLES)) {
        await ask(page, task, values);
        await check(task);
      }
      expectedFaults = [REFUSED];
      await ask(page, 'ner', { input_text: '' });
      await check('an error');
    });
  }
});
