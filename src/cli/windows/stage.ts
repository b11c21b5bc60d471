import type { STAGES } from '../../metrics/definitions.ts';

export type Stage = (typeof STAGES)[number];
