import * as z from 'zod';

/** What the GET routes answer with 200, for the OpenAPI document. */
export const answers = {
  info: z.looseObject({
    name: z.string(),
    version: z.string(),
    model: z.looseObject({ name: z.string(), version: z.string() }),
    tasks: z.array(
      z.strictObject({
        type: z.string(),
        available: z.boolean(),
        reason: z.string().optional().describe('why it is not available'),
        schemes: z.array(z.string()).optional().describe('values of `scheme`'),
      }),
    ),
    limits: z.record(z.string(), z.number()),
    build: z.record(z.string(), z.string()),
  }),
  healthz: z.strictObject({ status: z.literal('ok') }),
  readyz: z.strictObject({ status: z.literal('ready') }),
  openapi: z.looseObject({ openapi: z.string() }),
};
