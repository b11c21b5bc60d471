import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { TASK_TYPES } from '../../../src/task-types.ts';
import { bothLanguages, firstCells, readDoc, root } from '../../unit/docs/read-docs.ts';
import { type Service, startService } from '../service.ts';

describe('what docs/api.md shows', () => {
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service.close());

  /** Codes that an answer can have, from the type that holds them all and the handler's word for a bug. */
  const CODES = [
    ...(/type ErrorCode =([^;]+);/.exec(readFileSync(`${root}/src/errors.ts`, 'utf8'))?.[1] ?? '').matchAll(
      /'(\w+)'/g,
    ),
  ].map(([, code]) => code as string);

  /** Files of the page, and of the page of the docs. */
  const isPart = (path: string) => /\.(html|css|js|svg|png)$/.test(path);

  for (const page of bothLanguages('docs/api.md')) {
    test(`When the API has a route, then ${page} has it, and it has no other`, () => {
      const documented = firstCells(readDoc(page)).flatMap(
        (cell) => /^`((?:GET|POST) \/\S*)`$/.exec(cell)?.[1] ?? [],
      );
      const routes = service.routes
        .filter(({ path }) => !isPart(path))
        .map(({ method, path }) => `${method} ${path}`);
      assert.deepEqual(documented.sort(), routes.sort());
    });

    test(`When an answer can have an error code, then ${page} has it, and it has no other`, () => {
      const documented = [...readDoc(page).matchAll(/^\| \d{3} \| `(\w+)` \|/gm)].map(
        ([, code]) => code as string,
      );
      assert.ok(CODES.length > 5);
      assert.deepEqual([...new Set(documented)].sort(), [...CODES, 'internal'].sort());
    });

    test(`When a task exists, then ${page} has it, and the example of the page holds`, async () => {
      const documented = firstCells(readDoc(page)).flatMap((cell) => /^`([a-z]+)`$/.exec(cell)?.[1] ?? []);
      assert.deepEqual(
        documented.filter((name) => (TASK_TYPES as readonly string[]).includes(name)),
        [...TASK_TYPES],
      );
      const body = /-d '([^']+)'/.exec(readDoc(page))?.[1] ?? '';
      const shown = JSON.parse(/```json\n([\s\S]+?)```/.exec(readDoc(page))?.[1] ?? '');
      const answer = await service.predict(JSON.parse(body));
      assert.equal(answer.status, 200);
      assert.deepEqual(Object.keys(answer.json), Object.keys(shown));
      assert.deepEqual(withoutScores(answer.json), withoutScores(shown));
    });
  }

  /** Scores differ a little between CPUs. */
  const withoutScores = (value: unknown) =>
    JSON.parse(JSON.stringify(value, (key, v) => (key === 'score' ? 0 : v)));
});
