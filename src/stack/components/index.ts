import type { Component, ComponentName } from '../component.ts';
import { COMPONENT_NAMES } from '../component.ts';
import { alertmanager } from './alertmanager.ts';
import { nginxExporter, nodeExporter } from './exporters.ts';
import { grafana } from './grafana.ts';
import { nginx } from './nginx.ts';
import { prometheus } from './prometheus.ts';
import { relay } from './relay.ts';

/** In the order they are started. */
export const components: readonly Component[] = [
  nginx,
  nodeExporter,
  nginxExporter,
  relay,
  alertmanager,
  prometheus,
  grafana,
];

/** Leaves out what needs something that is not there. */
export function withNeeds(names: readonly ComponentName[]): ComponentName[] {
  const kept = COMPONENT_NAMES.filter((name) => {
    const needs = components.find((component) => component.name === name)?.needs ?? [];
    return names.includes(name) && needs.every((need) => names.includes(need));
  });
  return kept.length === names.length ? kept : withNeeds(kept);
}
