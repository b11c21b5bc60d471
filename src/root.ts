import { resolve } from 'node:path';

/** The checkout: src/ and dist/ both lie directly in it. */
export const root = resolve(import.meta.dirname, '..');
