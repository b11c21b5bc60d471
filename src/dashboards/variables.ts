import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { metric } from './metric.ts';
import { DATASOURCE } from './panels/targets.ts';

export const datasourceVariable = () =>
  new DatasourceVariableBuilder('datasource').label('数据源 Data source').type('prometheus');

/** Values of a label; `all`: several may be chosen, all at first. */
export function labelVariable(
  name: string,
  label: string,
  query: string,
  { all = false }: { all?: boolean } = {},
): QueryVariableBuilder {
  const variable = new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query({ query, refId: name })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
  return all
    ? variable.multi(true).includeAll(true).current({ text: '$__all', value: '$__all' })
    : variable.multi(false).includeAll(false);
}

/** One job at a time, from a metric that only this service has: `.+` would bring in the series of other jobs. */
export const serviceVariables = () => [
  datasourceVariable(),
  labelVariable('job', '任务名 Job', `label_values(${metric.workers}, job)`),
  labelVariable('instance', '实例 Instance', `label_values(${metric.workers}{job="$job"}, instance)`, {
    all: true,
  }),
];
