import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { renderDashboards, toJson } from './render-dashboards.ts';

const folder = resolve(import.meta.dirname, '../../grafana/dashboards');
for (const [name, dashboard] of Object.entries(renderDashboards()))
  writeFileSync(resolve(folder, name), toJson(dashboard));
