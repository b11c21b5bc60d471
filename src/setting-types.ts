import { z } from 'zod';
import { parseAddressList } from './address-list.ts';

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
