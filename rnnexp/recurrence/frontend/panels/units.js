// Which unit remembers the first timestep, and since when: unit against training step.

import d3 from "../d3.js";
import { fetchOf } from "../context.js";
import { share } from "../colours.js";
import { bottomAxis, entries, nearest } from "../draw/axes.js";
import { colourBar, heatmap } from "../draw/heatmap.js";
import { mark } from "../draw/lines.js";
import { number, percent, stepName } from "../format.js";

export const HEIGHT = 300;

export const units = {
  name: "units",
  title: "Who remembers the first timestep, and since when?",
  caption:
    "Each row is a unit, each column a training step. Bright: the gates carry the unit's state after " +
    "the first timestep to the last one. The best are at the top. Click a row to select the unit.",
  columns: 2,

  async load(context) {
    return fetchOf(context, "carried_from_start", { most_step: 200, most_unit: 1024 });
  },

  draw(figure, array, context, view) {
    if (!array) return figure.say("The file has no gates: GateStatistics was not among the callbacks.");
    const { svg, width, height } = figure.drawing(HEIGHT);
    const box = { left: 44, top: 24, width: width - 110, height: height - 66 };
    const steps = array.labels.step;
    const x = entries(steps, [box.left, box.left + box.width]);
    const rows = context.order.length;
    const y = unitScale(rows, box);
    heatmap(svg, {
      ...{ box, x, y, rows, columns: steps.length, colourOf: share },
      valueAt: (column, row) => array.data[column * rows + context.order[row]],
      textAt: (column, row) =>
        `unit ${context.order[row]}, ${stepName(steps[column])}: ` +
        `${percent(array.data[column * rows + context.order[row]])} carried from the start to the end`,
      picked: (column, row) => view.set({ unit: context.order[row], step: stepOrLast(steps, column) }),
    });
    bottomAxis(svg, x, box, "training step", 5);
    unitAxis(svg, y, box, context);
    mark(svg, box, x(nearest(steps, context.step)));
    colourBar(svg, box, share, (value) => number(value), "carried");
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

/** The numbers of the units at the left, and a frame around the selected one. */
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
  g.append("text").attr("class", "label").attr("x", box.left - 34).attr("y", box.top - 8).text("unit");
  const row = context.order.indexOf(context.unit);
  const size = Math.max(3, box.height / rows);
  g.append("rect")
    .attr("class", "selected")
    .attr("x", box.left - 1)
    .attr("width", box.width + 2)
    .attr("y", y(row) - size / 2)
    .attr("height", size);
}
