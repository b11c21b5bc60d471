import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { StackSettings } from './settings.ts';

const file = resolve(import.meta.dirname, '../../alertmanager/alertmanager.yml');

/** alertmanager/alertmanager.yml with the relay's configured port. */
export function renderAlertmanager({ RELAY_PORT }: StackSettings): Record<string, string> {
  return {
    'alertmanager.yml': readFileSync(file, 'utf8').replaceAll('127.0.0.1:8060', `127.0.0.1:${RELAY_PORT}`),
  };
}
