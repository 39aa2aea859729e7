// Bars over timesteps or bins, from zero up or down.

import d3 from "../d3.js";
import { bottomAxis, leftAxis } from "./axes.js";
import { mark } from "./lines.js";
import { withTip } from "./tip.js";

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
  const plane = g
    .append("rect")
    .attr("class", chart.picked ? "plane pickable" : "plane")
    .attr("x", box.left)
    .attr("y", box.top)
    .attr("width", box.width)
    .attr("height", box.height);
  const at = (event) => {
    const place = x.invert(d3.pointer(event, g.node())[0]);
    return d3.leastIndex(chart.bars, ([other]) => Math.abs(other - place));
  };
  if (chart.picked) plane.on("click", (event) => chart.picked(at(event)));
  withTip(plane, (event) => chart.textAt(at(event)));
  return drawn;
}
