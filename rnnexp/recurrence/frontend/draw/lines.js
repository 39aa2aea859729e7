// Curves in a box, with axes, a legend and a mark at the selection.

import d3 from "../d3.js";
import { bottomAxis, leftAxis } from "./axes.js";
import { withTip } from "./tip.js";

/**
 * @param g Where they are drawn.
 * @param chart {box, x, y, xLabel, yLabel, curves: [{name, colour, points: [[x, y], …], dashed,
 *   dotted, thin, band: [[x, low, high], …]}], textAt(x), picked(x), mark: x}
 */
export function lines(g, chart) {
  const { box, x, y } = chart;
  bottomAxis(g, x, box, chart.xLabel);
  leftAxis(g, y, box, chart.yLabel);
  if (chart.mark !== null && chart.mark !== undefined) mark(g, box, x(chart.mark));
  const isShown = (value) => Number.isFinite(value) && !(y.isLogarithmic && value <= 0);
  for (const curve of chart.curves) {
    if (curve.band) {
      const area = d3
        .area()
        .defined(([, low, high]) => isShown(low) && isShown(high))
        .x(([at]) => x(at))
        .y0(([, low]) => y(low))
        .y1(([, , high]) => y(high));
      g.append("path")
        .attr("d", area(curve.band))
        .attr("fill", curve.colour)
        .attr("fill-opacity", 0.22);
    }
    const line = d3
      .line()
      .defined(([, value]) => isShown(value))
      .x(([at]) => x(at))
      .y(([, value]) => y(value));
    g.append("path")
      .attr("d", line(curve.points))
      .attr("fill", "none")
      .attr("stroke", curve.colour)
      .attr("stroke-width", curve.thin ? 1 : 2)
      .attr("stroke-dasharray", patternOf(curve));
    const shown = curve.points.filter(([, value]) => isShown(value));
    if (shown.length === 1) {
      const [[at, value]] = shown; // a line of one point cannot be seen
      g.append("circle")
        .attr("cx", x(at))
        .attr("cy", y(value))
        .attr("r", 3)
        .attr("fill", curve.colour);
    }
  }
  overlay(g, box, x, chart);
}

/** What hears the pointer over a box: `picked` and `textAt` get the place on the x axis. */
export function overlay(g, box, x, { picked, textAt }) {
  const plane = g
    .append("rect")
    .attr("class", picked ? "plane pickable" : "plane")
    .attr("x", box.left)
    .attr("y", box.top)
    .attr("width", box.width)
    .attr("height", box.height);
  const at = (event) => x.invert(d3.pointer(event, g.node())[0]);
  if (picked) plane.on("click", (event) => picked(at(event)));
  if (textAt) withTip(plane, (event) => textAt(at(event)));
}

/** A line through a box at the selected place, if it is in the box. */
export function mark(g, box, x) {
  if (!(x >= box.left - 1 && x <= box.left + box.width + 1)) return;
  g.append("line")
    .attr("class", "mark")
    .attr("x1", x)
    .attr("x2", x)
    .attr("y1", box.top)
    .attr("y2", box.top + box.height);
}

function patternOf({ dashed, dotted, dash }) {
  return dashed ? "5 3" : dotted ? "1 4" : (dash ?? null);
}

/** Names and colours of curves in one or more lines; returns the height that they take. */
export function legend(g, items, left, top, width) {
  let [x, y] = [left, top];
  for (const item of items) {
    const { name, colour } = item;
    const length = 24 + 6.3 * name.length;
    if (x > left && x + length > left + width) [x, y] = [left, y + 16];
    g.append("line")
      .attr("x1", x)
      .attr("x2", x + 16)
      .attr("y1", y - 4)
      .attr("y2", y - 4)
      .attr("stroke", colour)
      .attr("stroke-width", 2)
      .attr("stroke-dasharray", patternOf(item));
    g.append("text")
      .attr("class", "legend")
      .attr("x", x + 20)
      .attr("y", y)
      .text(name);
    x += length + 10;
  }
  return y - top + 16;
}
