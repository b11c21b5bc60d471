import { resolve } from 'node:path';
import * as z from 'zod';
import { parseAddressList } from './address-list.ts';
import { root } from './root.ts';

/** `1` or `0`, the default. */
export const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((text) => text === '1');
/** See address-list.ts. */
export const addressList = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      try {
        return parseAddressList(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    });
/** Exact origins as browsers send them: scheme, host, and the port where it is not the scheme's own. */
export const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine(
    (list) => list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
    'use origins like https://app.example.org, separated by commas',
  );

/** A path, relative to the checkout. */
export const path = (fallback: string) =>
  z
    .string()
    .min(1)
    .default(fallback)
    .transform((p) => resolve(root, p));
export const optionalPath = z
  .string()
  .transform((p) => resolve(root, p))
  .optional();
export const port = (fallback: number) => z.coerce.number().int().min(1).max(65535).default(fallback);
/** A duration like 90s, 30m, 12h or 7d → milliseconds. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, 'use a number and s, m, h or d, e.g. 12h')
  .transform(
    (text) => Number(text.slice(0, -1)) * { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 }[text.slice(-1) as 's'],
  );
/** A whole number. */
export const count = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
