// The chart island: draws what a <figure data-chart> carries as JSON. The table beside it says the same without script.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent, MarkLineComponent, AriaComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

echarts.use([LineChart, BarChart, GridComponent, TooltipComponent, MarkLineComponent, AriaComponent, LabelLayout, SVGRenderer]);

interface Series {
  name: string;
  values: (number | null)[];
  plan?: boolean;
}

document.querySelectorAll<HTMLElement>("[data-chart]").forEach((el) => {
  const spec = JSON.parse(el.dataset.chart!) as { months: string[]; unit: string; series: Series[] };
  const css = getComputedStyle(document.documentElement);
  const ink = css.getPropertyValue("--ink").trim();
  const soft = css.getPropertyValue("--ink-3").trim();
  const chart = echarts.init(el, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    grid: { left: 44, right: 64, top: 16, bottom: 24 },
    xAxis: { type: "category", data: spec.months, axisLine: { lineStyle: { color: soft } }, axisLabel: { color: soft } },
    yAxis: { type: "value", min: 0, name: spec.unit, nameTextStyle: { color: soft }, axisLabel: { color: soft }, splitLine: { show: false } },
    tooltip: { trigger: "axis" },
    series: spec.series.map((s) => ({
      name: s.name,
      type: "line",
      data: s.values,
      symbol: s.plan ? "none" : "circle",
      symbolSize: 5,
      lineStyle: { color: s.plan ? soft : ink, type: s.plan ? "dashed" : "solid", width: s.plan ? 1 : 2 },
      itemStyle: { color: s.plan ? soft : ink },
      labelLayout: { moveOverlap: "shiftY" },
      endLabel: { show: true, formatter: "{a}", color: s.plan ? soft : ink },
    })),
  });
  new ResizeObserver(() => chart.resize()).observe(el);
});
