// Every gate of every unit at every timestep, at the selected training step.

import { fetchUnits, MOST_UNITS, unitsOf } from "../context.js";
import { share } from "../colours.js";
import { bottomAxis, entries, nearest } from "../draw/axes.js";
import { colourBar, heatmap } from "../draw/heatmap.js";
import { mark } from "../draw/lines.js";
import { number } from "../format.js";
import { HEIGHT, UNGATED, unitAxis, unitFrame, unitScale } from "./units.js";

const MOST_MAPS = 5;

export const gates = {
  name: "gates",
  title: "Gates: unit × timestep",
  caption:
    "One probe sequence at the selected training step; units in the same order as at the left. " +
    "“kept” is the fraction of the old state that the timestep keeps. Click a cell to select its unit and timestep.",
  columns: 4,

  async load(context) {
    const names = ["carried", "retention", ...context.layer.gates];
    const query = { most_kept_time: 1024, most_unit: MOST_UNITS };
    const arrays = await Promise.all(names.map((name) => fetchUnits(context, name, query)));
    return names.map((name, i) => ({ name, array: arrays[i] })).filter(({ array }) => array);
  },

  draw(figure, maps, context, view) {
    if (!maps.length)
      return figure.say("The file has no values of single units: it is of an earlier version.");
    if (context.isUngated) return figure.say(UNGATED);
    const { svg, width, height } = figure.drawing(HEIGHT);
    const shown = maps.slice(0, MOST_MAPS);
    const gap = 14;
    const each = (width - 44 - 66 - gap * (shown.length - 1)) / shown.length;
    shown.forEach((map, i) => {
      const box = { left: 44 + i * (each + gap), top: 24, width: each, height: height - 66 };
      drawMap(svg, box, map, context, view, i === 0);
      if (i === shown.length - 1) colourBar(svg, box, share, (value) => number(value), "0 to 1");
    });
    const at = maps[0].array.fixed.snapshot.label;
    const told = [];
    if (at !== context.step)
      told.push(`The values of single units were kept at step ${number(at)}, the nearest one.`);
    if (maps[0].array.shape[1] < context.units)
      told.push(`${maps[0].array.shape[1]} of ${context.units} units are shown.`);
    if (maps.length > MOST_MAPS)
      told.push(
        `Not shown: ${maps
          .slice(MOST_MAPS)
          .map(({ name }) => name)
          .join(", ")}.`,
      );
    figure.remark(told.join(" "));
  },
};

const TITLES = { carried: "carried to the end", retention: "kept by the timestep" };
const SHORT = { carried: "carried", retention: "kept" };
const NARROW = 150; // pixels

function drawMap(svg, box, { name, array }, context, view, isFirst) {
  const times = array.labels.kept_time;
  const [columns, width] = array.shape;
  const places = new Map(unitsOf(array).map((unit, i) => [unit, i]));
  const order = context.order.filter((unit) => places.has(unit));
  const x = entries(times, [box.left, box.left + box.width], 4);
  const y = unitScale(order.length, box);
  const valueAt = (column, row) => array.data[column * width + places.get(order[row])];
  heatmap(svg, {
    ...{ box, x, y, columns, rows: order.length, valueAt, colourOf: share },
    textAt: (column, row) =>
      `unit ${order[row]}, t = ${times[column]}: ${TITLES[name] ?? `gate ${name}`} ${number(valueAt(column, row))}`,
    picked: (column, row) => view.set({ unit: order[row], t: times[column] }),
  });
  bottomAxis(svg, x, box, "timestep t", 4);
  svg
    .append("text")
    .attr("class", "title")
    .attr("x", box.left + (isFirst ? 26 : 0))
    .attr("y", box.top - 8)
    .text((box.width < NARROW ? SHORT : TITLES)[name] ?? `gate ${name}`);
  mark(svg, box, x(nearest(times, context.t)));
  if (isFirst) unitAxis(svg, y, box, { ...context, order });
  unitFrame(svg, y, box, { ...context, order });
}
