import { capacityBoard } from './boards/capacity.ts';
import { hostNginx } from './boards/host-nginx.ts';
import { overview } from './boards/overview.ts';
import { task } from './boards/task.ts';
import { workers } from './boards/workers.ts';

/** The dashboards by file name, as Grafana's classic JSON. */
export const renderDashboards = () => ({
  'overview.json': overview(),
  'task.json': task(),
  'workers.json': workers(),
  'capacity.json': capacityBoard(),
  'host-nginx.json': hostNginx(),
});

export const toJson = (dashboard: object): string => `${JSON.stringify(dashboard, null, 2)}\n`;
