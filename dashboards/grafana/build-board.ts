import {
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import * as barGauge from '@grafana/grafana-foundation-sdk/bargauge';
import {
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { BoardSpec, PanelSpec } from './panel-spec.ts';

const source = { type: 'prometheus', uid: '${datasource}' };
const columns = 24;
const panelHeight = 8;
const letters = 'ABCDEFGH';

/** Lays the panels out, row by row, and builds the board. Throws if a row is wider than the page. */
export function buildBoard({ uid, title, description, rows }: BoardSpec): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['weir'])
    .editable()
    .refresh('10s')
    .time({ from: 'now-30m', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Source').type('prometheus'));
  let id = 1;
  let y = 0;
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title).id(id++).gridPos({ x: 0, y, w: columns, h: 1 }));
    y++;
    let x = 0;
    for (const panel of row.panels) {
      if (x + panel.width > columns) {
        x = 0;
        y += panelHeight;
      }
      const place = { x, y, w: panel.width, h: panelHeight };
      builder.withPanel(builderOf(panel).id(id++).gridPos(place));
      x += panel.width;
    }
    y += panelHeight;
  }
  return builder.build();
}

type AnyPanel =
  | timeseries.PanelBuilder
  | stat.PanelBuilder
  | heatmap.PanelBuilder
  | barGauge.PanelBuilder
  | table.PanelBuilder;

function builderOf(spec: PanelSpec): AnyPanel {
  const builder = kindOf(spec);
  builder.title(spec.title).description(spec.description).datasource(source).unit(spec.unit);
  if (spec.min !== undefined) builder.min(spec.min);
  if (spec.max !== undefined) builder.max(spec.max);
  if (spec.warnAt !== undefined) builder.thresholds(thresholds(spec.warnAt));
  for (const [series, fixedColor] of Object.entries(spec.colours ?? {})) {
    builder.overrideByName(series, [{ id: 'color', value: { mode: 'fixed', fixedColor } }]);
  }
  spec.queries.forEach(({ expr, legend }, i) => {
    const query = new DataqueryBuilder()
      .refId(letters[i] as string)
      .datasource(source)
      .expr(expr)
      .legendFormat(legend);
    if (spec.kind === 'heatmap') query.format(PromQueryFormat.Heatmap);
    if (spec.kind === 'table') query.format(PromQueryFormat.Table).instant();
    if (spec.kind === 'bars') query.instant();
    builder.withTarget(query);
  });
  return builder;
}

function kindOf({ kind, stacked = false }: PanelSpec): AnyPanel {
  if (kind === 'heatmap') return new heatmap.PanelBuilder().showLegend();
  if (kind === 'table') return new table.PanelBuilder();
  const last = new ReduceDataOptionsBuilder().calcs(['lastNotNull']);
  if (kind === 'stat') return new stat.PanelBuilder().reduceOptions(last);
  if (kind === 'bars') return new barGauge.PanelBuilder().reduceOptions(last);
  const panel = new timeseries.PanelBuilder()
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .lineWidth(1)
    .fillOpacity(stacked ? 60 : 8);
  return stacked
    ? panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    : panel;
}

function thresholds([yellow, red]: readonly [number, number]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: 'green' },
    { value: yellow, color: 'yellow' },
    { value: red, color: 'red' },
  ]);
}
