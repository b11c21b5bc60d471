import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { TASK_TYPES } from '../../../src/task-types.ts';
import { type Service, startService } from '../service.ts';

interface Operation {
  responses: Record<string, unknown>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { examples?: Record<string, unknown>[] }> };
}

describe('the OpenAPI document', () => {
  let service: Service;
  let document: Document;
  let ajv: Ajv2020;
  before(async () => {
    service = await startService();
    document = (await service.send('GET', '/openapi.json')).json;
    ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema({ $id: 'api', ...document });
  });
  after(() => service.close());

  const validate = (schema: string, value: unknown) => {
    const valid = ajv.validate(`api#/components/schemas/${schema}`, value);
    return valid ? 'valid' : ajv.errorsText();
  };

  test('When /openapi.json is asked, then it is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate({ ...document });
    assert.ok(valid, JSON.stringify(errors));
    assert.match(document.openapi, /^3\.1\./);
  });

  for (const type of TASK_TYPES) {
    test(`When an example body of ${type} is sent, then 200, and body and answer are as the document says`, async () => {
      const { examples = [] } = document.components.schemas[`${type}_request`] ?? {};
      assert.ok(examples.length > 0);
      for (const example of examples) {
        assert.equal(validate(`${type}_request`, example), 'valid');
        const answer = await service.predict(example);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(validate(`${type}_answer`, answer.json), 'valid');
      }
    });
  }

  test('When a body is refused, then the document refuses it too, and describes the error', async () => {
    const bodies = [
      { task_type: 'ner' },
      { task_type: 'ner', input_text: '' },
      { task_type: 'ner', input_text: ' ' },
      { task_type: 'ner', input_text: 5 },
      { task_type: 'ner', input_text: '你好', extra: 1 },
      { task_type: 'ner', input_text: '你好', scheme: 'other' },
      { task_type: 'sentiment', input_text: '好'.repeat(20_001) },
      { task_type: 'classification', input_text: '你好', labels: ['好'] },
      { task_type: 'classification', input_text: '你好', labels: ['好', '好'] },
      { task_type: 'qa' },
      { task_type: 'qa', context: '你好' },
      { task_type: 'qa', input_text: '你好|你好', context: '你好' },
      { task_type: 'similarity', text_a: '你好' },
    ];
    for (const body of bodies) {
      assert.notEqual(
        validate(`${body.task_type}_request`, body),
        'valid',
        JSON.stringify(body).slice(0, 100),
      );
      const answer = await service.predict(body);
      assert.equal(answer.status, 400);
      assert.equal(validate('error', answer.json), 'valid');
    }
  });

  test('When a route is neither the page, its files, nor the docs, then the document has it with its method', () => {
    for (const { method, path } of service.routes) {
      if (path === '/' || /^\/docs(\/|$)/.test(path) || /\.(html|css|js|svg|png)$/.test(path)) continue;
      assert.ok(document.paths[path]?.[method.toLowerCase()], `${method} ${path}`);
    }
    for (const path of Object.keys(document.paths))
      assert.ok(
        service.routes.some((route) => route.path === path),
        path,
      );
  });

  test('When the document describes /info, /healthz and /readyz, then they answer as it says', async () => {
    for (const path of ['/info', '/healthz', '/readyz']) {
      const pointer = `api#/paths/${path.replace('/', '~1')}/get/responses/200/content/application~1json/schema`;
      const { json } = await service.send('GET', path);
      assert.ok(ajv.validate(pointer, json), `${path}: ${ajv.errorsText()}`);
    }
  });
});
