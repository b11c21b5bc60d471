import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Query } from './about.ts';

/** The variable named datasource: file provisioning does not resolve `__inputs`. */
export const DATASOURCE = { type: 'prometheus', uid: '$datasource' } as const;

const refId = (i: number) => String.fromCharCode('A'.charCodeAt(0) + i);

/** Queries over the dashboard's time range. */
export const rangeTargets = (queries: readonly Query[], format = PromQueryFormat.TimeSeries) =>
  queries.map(({ expr, legend = '' }, i) =>
    new DataqueryBuilder()
      .refId(refId(i))
      .datasource(DATASOURCE)
      .expr(expr)
      .legendFormat(legend)
      .format(format)
      .range(),
  );

/** Queries of this moment. */
export const instantTargets = (queries: readonly Query[], format = PromQueryFormat.TimeSeries) =>
  queries.map(({ expr, legend = '' }, i) =>
    new DataqueryBuilder()
      .refId(refId(i))
      .datasource(DATASOURCE)
      .expr(expr)
      .legendFormat(legend)
      .format(format)
      .instant(),
  );
