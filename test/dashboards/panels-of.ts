import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const folder = resolve(import.meta.dirname, '../../grafana/dashboards');

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid?: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly options?: Readonly<Record<string, unknown>>;
  readonly targets?: readonly Target[];
  readonly panels?: readonly Panel[];
}

export interface Target {
  readonly expr: string;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly datasource?: { readonly uid?: string };
}

export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly schemaVersion: number;
  readonly editable: boolean;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly { name: string; expr?: string; enable: boolean }[] };
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: unknown;
  readonly allValue?: string;
  readonly includeAll?: boolean;
}

/** The committed dashboards by file name. */
export function committedDashboards(): Map<string, DashboardJson> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))]));
}

/** All panels but rows, those within rows included. */
export function panelsOf({ panels }: Pick<DashboardJson, 'panels'>): Panel[] {
  return panels.flatMap((panel) =>
    panel.type === 'row' ? panelsOf({ panels: panel.panels ?? [] }) : [panel],
  );
}
