import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { renderRules } from './render-rules.ts';
import { loadThresholds } from './thresholds.ts';

const folder = resolve(import.meta.dirname, '../../prometheus');
for (const [name, text] of Object.entries(renderRules(loadThresholds(resolve(folder, 'thresholds.yaml'))))) {
  writeFileSync(resolve(folder, 'rules', name), text);
}
