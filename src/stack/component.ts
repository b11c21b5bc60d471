import type { Config } from '../config.ts';
import type { StackPaths } from './paths.ts';
import type { StackSettings } from './settings.ts';

export const COMPONENT_NAMES = [
  'service',
  'nginx',
  'nginx-exporter',
  'node-exporter',
  'prometheus',
  'alertmanager',
  'relay',
  'grafana',
] as const;
export type ComponentName = (typeof COMPONENT_NAMES)[number];

/** What a component needs to know to say how it is run. */
export interface StackContext {
  readonly config: Config;
  readonly settings: StackSettings;
  readonly paths: StackPaths;
  /** Every component that runs, the service too. */
  readonly components: readonly ComponentName[];
}

/** An app as PM2 is told of it. */
export interface App {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly [option: string]: unknown;
}

/** What stands around the service: one program each, run under PM2 with the repository's configuration. */
export interface Component {
  readonly name: ComponentName;
  /** Left out when one of these is. */
  readonly needs: readonly ComponentName[];
  /** In var/tools/bin, see ops/fetch-tools.sh. */
  readonly tools: readonly string[];
  /** The ports it takes, by the setting that moves each. */
  ports(settings: StackSettings): Readonly<Record<string, number>>;
  /** Files it reads, by name in its folder of var/etc. */
  files?(context: StackContext): Record<string, string>;
  /** Checks those files before it is started or told to read them again: a tool and its arguments. */
  check?(paths: StackPaths): readonly [tool: string, ...args: string[]];
  app(context: StackContext): App;
  /** Answers 2xx once it works. */
  ready(settings: StackSettings): string;
  /** Where a person looks, when there is something to see. */
  page?(settings: StackSettings): string;
  /** Writes logs of its own into a folder of var/log. */
  readonly writesLogs?: boolean;
  /** Reads its files again on SIGHUP. */
  readonly rereads?: boolean;
  /** Answers what is under way and ends on SIGQUIT; PM2 knows one signal for all, which would cut it. */
  readonly quits?: boolean;
}
