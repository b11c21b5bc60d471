import { AxisPlacement, HeatmapCellLayout, TooltipDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import {
  CellValuesBuilder,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapColorScale,
  HeatmapTooltipBuilder,
  PanelBuilder,
  RowsHeatmapOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { type About, describe } from './about.ts';
import { DATASOURCE, rangeTargets } from './targets.ts';

/** Grafana turns these schemes round in its dark theme: not reversed, the highest value stands out in both. */
function frame(options: About): PanelBuilder {
  return new PanelBuilder()
    .title(options.title)
    .description(describe(options))
    .unit(options.unit)
    .span(options.width)
    .height(options.height)
    .datasource(DATASOURCE)
    .calculate(false)
    .cellGap(1)
    .tooltip(new HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(false))
    .showLegend();
}

/** One row a series, coloured by its value within a fixed range, so that a colour means the same at any time. */
export function seriesHeatmap(
  options: About & { expr: string; legend: string; from: number; to: number },
): PanelBuilder {
  return frame(options)
    .targets(rangeTargets([options]))
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('YlOrRd')
        .steps(64)
        .min(options.from)
        .max(options.to),
    )
    .cellValues(new CellValuesBuilder().unit(options.unit))
    .rowsFrame(new RowsHeatmapOptionsBuilder().layout(HeatmapCellLayout.Auto))
    .yAxis(new YAxisConfigBuilder().axisPlacement(AxisPlacement.Left));
}

/** One row a bucket of a histogram, the more it stands out the more observations a second; `unit` is that of the edges. */
export function bucketHeatmap(options: About & { expr: string }): PanelBuilder {
  return frame(options)
    .targets(rangeTargets([{ expr: options.expr, legend: '{{le}}' }], PromQueryFormat.Heatmap))
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('Blues')
        .scale(HeatmapColorScale.Exponential)
        .exponent(0.5)
        .steps(64),
    )
    .cellValues(new CellValuesBuilder().unit('reqps'))
    .rowsFrame(new RowsHeatmapOptionsBuilder().layout(HeatmapCellLayout.Auto))
    .yAxis(new YAxisConfigBuilder().axisPlacement(AxisPlacement.Left).unit(options.unit));
}
