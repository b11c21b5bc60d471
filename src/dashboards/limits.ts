import { resolve } from 'node:path';
import { loadThresholds } from '../rules/thresholds.ts';

/** What the alerts compare with: a panel turns red where an alert would fire. */
export const limits = loadThresholds(resolve(import.meta.dirname, '../../prometheus/thresholds.yaml')).values;

/** A ratio as descriptions say it: 0.01 is `1 %`. */
export const percent = (ratio: number): string => `${Number((ratio * 100).toPrecision(6))} %`;
