import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { type About, describe, type Query } from './about.ts';
import { DATASOURCE, instantTargets } from './targets.ts';
import { plain, redAbove, redBelow } from './thresholds.ts';

interface Options extends About {
  readonly queries: readonly Query[];
  readonly decimals?: number;
  readonly redAbove?: number;
  readonly redBelow?: number;
}

/** One number, or one a legend, of this moment. */
export function stat(options: Options): PanelBuilder {
  const { queries, decimals } = options;
  const panel = new PanelBuilder()
    .title(options.title)
    .description(describe(options))
    .unit(options.unit)
    .span(options.width)
    .height(options.height)
    .datasource(DATASOURCE)
    .targets(instantTargets(queries))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .textMode(queries[0]?.legend === undefined ? BigValueTextMode.Value : BigValueTextMode.ValueAndName)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields(''))
    .thresholds(
      options.redAbove !== undefined
        ? redAbove(options.redAbove)
        : options.redBelow !== undefined
          ? redBelow(options.redBelow)
          : plain(),
    );
  return decimals === undefined ? panel : panel.decimals(decimals);
}
