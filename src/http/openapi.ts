import * as z from 'zod';
import type { Task } from '../tasks/task.ts';
import { answers } from './answers.ts';

export interface OpenapiOptions {
  readonly tasks: readonly Task[];
  readonly version: string;
  readonly bodyBytes: number;
  /** Whether callers need an API key. */
  readonly keys: boolean;
}

/** OpenAPI 3.1 (its schemas are JSON Schema 2020-12), made from the schemas that validate. */
export function openapi({ tasks, version, bodyBytes, keys }: OpenapiOptions) {
  const schema = (type: z.ZodType) => {
    const { $schema: _, ...rest } = z.toJSONSchema(type, { target: 'draft-2020-12', unrepresentable: 'any' });
    return rest;
  };
  const answer = (task: Task) => ({
    type: 'object',
    required: ['result', 'task_type', 'model', 'truncated'],
    properties: {
      result: schema(task.result),
      task_type: { const: task.type },
      model: { type: 'string', description: 'name@version of the model that answered' },
      truncated: { type: 'boolean', description: 'true when part of the input was not read' },
    },
  });
  const schemas = Object.fromEntries(
    tasks.flatMap((task) => [
      [`${task.type}_request`, schema(task.input)],
      [`${task.type}_answer`, answer(task)],
    ]),
  );
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const json = (content: unknown) => ({ 'application/json': { schema: content } });
  const error = (description: string) => ({ description, headers, content: json(ref('error')) });
  const answered = (description: string, type: z.ZodType) => ({
    200: { description, headers, content: json(schema(type)) },
  });
  const get = (summary: string, responses: object) => ({ get: { summary, responses } });
  const refusals = keys && {
    401: error('no API key, or an unknown one'),
    403: error('the API key is disabled'),
  };
  const guarded = keys && { security: [{ bearer: [] }, { header: [] }] };

  return {
    openapi: '3.1.0',
    info: {
      title: 'gte-serve',
      version,
      description: 'Chinese NLP tasks over one text model. Offsets count Unicode code points, end exclusive.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: {
      '/predict': {
        post: {
          summary: 'Run one task on one text',
          ...guarded,
          parameters: [
            {
              name: 'X-Timeout-Ms',
              in: 'header',
              description: "milliseconds to wait at most; shortens the service's deadline",
              schema: { type: 'integer', minimum: 1, maximum: 999_999_999 },
            },
            {
              name: 'X-Request-Id',
              in: 'header',
              description: 'kept when it matches [A-Za-z0-9_-]{8,64}',
              schema: { type: 'string' },
            },
          ],
          requestBody: {
            required: true,
            description: `at most ${bodyBytes} bytes`,
            content: json({
              oneOf: tasks.map((task) => ref(`${task.type}_request`)),
              discriminator: {
                propertyName: 'task_type',
                mapping: Object.fromEntries(tasks.map(({ type }) => [type, ref(`${type}_request`).$ref])),
              },
            }),
          },
          responses: {
            200: {
              description: 'the answer',
              headers: predictionHeaders,
              content: json({ oneOf: tasks.map((task) => ref(`${task.type}_answer`)) }),
            },
            400: error('the request is malformed; `error` says how'),
            ...refusals,
            413: error('the body is too large'),
            415: error('the body is not UTF-8 JSON'),
            429: error(
              'shed (the queue is full, or the deadline could not be met) or over the budget of the key; see Retry-After',
            ),
            500: error('the model could not answer'),
            503: error('not ready'),
            504: error('the deadline passed'),
          },
        },
      },
      '/info': {
        get: {
          ...get('Model, tasks, limits, build', {
            ...answered('what runs here', answers.info),
            ...(keys && { ...refusals, 429: error('over the budget of the key; see Retry-After') }),
          }).get,
          ...guarded,
        },
      },
      '/healthz': get('Is the process alive?', answered('it is', answers.healthz)),
      '/readyz': get('Should it get traffic?', {
        ...answered('it should', answers.readyz),
        503: error('it should not'),
      }),
      '/openapi.json': get('This document', answered('OpenAPI 3.1', answers.openapi)),
    },
    components: {
      schemas: { ...schemas, error: errorSchema },
      ...(keys && { securitySchemes }),
    },
  };
}

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer' },
  header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
};

const errorSchema = {
  type: 'object',
  required: ['error', 'code', 'request_id'],
  properties: { error: { type: 'string' }, code: { type: 'string' }, request_id: { type: 'string' } },
};

const header = (description: string) => ({ description, schema: { type: 'string' } });
const headers = { 'X-Request-Id': header('names the request in logs') };
const predictionHeaders = {
  ...headers,
  'X-Task-Type': header('task type as counted'),
  'X-Task-Status': header('success, error, invalid, rejected or cancelled'),
  'Server-Timing': header('milliseconds of tokenize, queue, infer, decode'),
};
