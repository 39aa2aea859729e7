// Bars over timesteps or bins, from zero up or down.

import d3 from "../d3.js";
import { bottomAxis, leftAxis } from "./axes.js";
import { mark, overlay } from "./lines.js";

/**
 * @param g Where they are drawn.
 * @param chart {box, x, y, xLabel, yLabel, bars: [[x, value], …], width of a bar in x, colour,
 *   textAt(i), picked(i), mark: x}
 */
export function bars(g, chart) {
  const { box, x, y } = chart;
  bottomAxis(g, x, box, chart.xLabel);
  leftAxis(g, y, box, chart.yLabel);
  if (chart.mark !== null && chart.mark !== undefined) mark(g, box, x(chart.mark));
  const width = Math.max(1, Math.abs(x(chart.width) - x(0)) - 1);
  const drawn = g
    .append("g")
    .selectAll("rect")
    .data(chart.bars)
    .join("rect")
    .attr("x", ([at]) => x(at) - width / 2)
    .attr("width", width)
    .attr("y", ([, value]) => Math.min(y(0), y(value || 0)))
    .attr("height", ([, value]) => Math.abs(y(value || 0) - y(0)))
    .attr("fill", chart.colour);
  const barAt = (place) => d3.leastIndex(chart.bars, ([other]) => Math.abs(other - place));
  overlay(g, box, x, {
    picked: chart.picked && ((place) => chart.picked(barAt(place))),
    textAt: (place) => chart.textAt(barAt(place)),
  });
  return drawn;
}
