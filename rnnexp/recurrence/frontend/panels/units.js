// Which unit remembers the first timestep, and since when: unit against training step.

import d3 from "../d3.js";
import { carriedOf } from "../context.js";
import { amounts as amountColour } from "../colours.js";
import { bottomAxis, entries, nearest } from "../draw/axes.js";
import { colourBar, heatmap } from "../draw/heatmap.js";
import { mark } from "../draw/lines.js";
import { number, percent, stepName } from "../format.js";

export const HEIGHT = 300;
export const UNGATED =
  "This unit has no gates, and a timestep keeps nothing of the old state as it is: what is remembered, " +
  "the neurons write anew at every timestep.";
const LITTLE = 0.01; // of the largest memory: smaller amounts are dark

export const units = {
  name: "units",
  title: "Who carries the first timestep?",
  caption:
    "Each row is a unit, each column a training step. Colour: the amount that arrives at the end, which is the size " +
    "of the memory after the first timestep times the share that is carried. Click to select.",
  columns: 2,

  load(context) {
    return carriedOf(context);
  },

  draw(figure, carried, context, view) {
    if (!carried) return figure.say("The file has no values of single units.");
    if (context.isUngated) return figure.say(UNGATED);
    const { svg, width, height } = figure.drawing(HEIGHT);
    const box = { left: 44, top: 24, width: width - 110, height: height - 66 };
    const { steps, units: numbers } = carried;
    const { order } = context;
    const places = order.map((unit) => numbers.indexOf(unit));
    const x = entries(steps, [box.left, box.left + box.width]);
    const y = unitScale(order.length, box);
    const most = d3.max(carried.amounts, (row) => d3.max(row));
    const colour = amountColour(Math.max(most, LITTLE * carried.largest));
    const shareAt = (column, row) => carried.shares[column][places[row]];
    const valueAt = (column, row) => carried.amounts[column][places[row]];
    heatmap(svg, {
      ...{ box, x, y, rows: order.length, columns: steps.length, valueAt, colourOf: colour },
      textAt: (column, row) =>
        `unit ${order[row]}, ${stepName(steps[column])}: amount ${number(valueAt(column, row))}, ` +
        `${percent(shareAt(column, row))} of its memory after t = ${context.first}`,
      picked: (column, row) => view.set({ unit: order[row], step: stepOrLast(steps, column) }),
    });
    bottomAxis(svg, x, box, "training step", 5);
    unitAxis(svg, y, box, context);
    unitFrame(svg, y, box, context);
    mark(svg, box, x(nearest(steps, context.step)));
    colourBar(svg, box, colour, (value) => number(value), "amount");
    if (order.length < context.units)
      figure.remark(`${order.length} of ${context.units} units are shown.`);
  },
};

/** The step of a column; null, which follows the training, for the last one. */
export function stepOrLast(steps, column) {
  return column === steps.length - 1 ? null : steps[column];
}

/** Positions of the units, in their order from top to bottom. */
export function unitScale(rows, box) {
  return d3.scaleLinear([-0.5, rows - 0.5], [box.top, box.top + box.height]);
}

/** The numbers of the units at the left. */
export function unitAxis(g, y, box, context) {
  const rows = context.order.length;
  const stride = Math.max(1, Math.ceil((rows * 13) / box.height));
  const labels = d3.range(0, rows, stride);
  g.append("g")
    .attr("class", "axis")
    .selectAll("text")
    .data(labels)
    .join("text")
    .attr("x", box.left - 6)
    .attr("y", (row) => y(row))
    .attr("dominant-baseline", "middle")
    .attr("text-anchor", "end")
    .text((row) => context.order[row]);
  g.append("text")
    .attr("class", "label")
    .attr("x", box.left - 34)
    .attr("y", box.top - 8)
    .text("unit");
}

/** A frame around the row of the selected unit. */
export function unitFrame(g, y, box, { order, unit }) {
  const row = order.indexOf(unit);
  if (row < 0) return;
  const size = Math.max(3, box.height / order.length);
  g.append("rect")
    .attr("class", "selected")
    .attr("x", box.left - 1)
    .attr("width", box.width + 2)
    .attr("y", y(row) - size / 2)
    .attr("height", size);
}
