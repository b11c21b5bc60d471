import {
  type AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** What the generated JSON is: the classic model of Grafana 10 to 12. */
const SCHEMA_VERSION = 39;

interface Options {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: Parameters<DashboardBuilder['variables']>[0];
  readonly annotations?: AnnotationQueryBuilder[];
  readonly from?: string;
  readonly panels: readonly (
    | Parameters<DashboardBuilder['withPanel']>[0]
    | { row: Parameters<DashboardBuilder['withRow']>[0] }
  )[];
}

/** A dashboard that nobody edits in Grafana, with links to its siblings; the layout follows the panels' order and widths. */
export function dashboard(options: Options): Dashboard {
  const builder = new DashboardBuilder(options.title)
    .uid(options.uid)
    .description(options.description)
    .tags(['gte-serve'])
    .readonly()
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('15s')
    .time({ from: options.from ?? 'now-1h', to: 'now' })
    .variables(options.variables)
    .annotations(options.annotations ?? [])
    .link(
      new DashboardLinkBuilder('gte-serve')
        .type(DashboardLinkType.Dashboards)
        .tags(['gte-serve'])
        .includeVars(true)
        .keepTime(true),
    );
  for (const panel of options.panels) {
    if ('row' in panel) builder.withRow(panel.row);
    else builder.withPanel(panel);
  }
  const built = builder.build();
  let id = 0;
  for (const panel of built.panels ?? []) {
    panel.id = ++id;
    if ('panels' in panel) for (const inner of panel.panels) inner.id = ++id;
  }
  return { ...built, schemaVersion: SCHEMA_VERSION };
}
