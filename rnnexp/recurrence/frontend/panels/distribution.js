// How the gates of all units are distributed at the selected timestep.

import d3 from "../d3.js";
import { fetchUnits, MOST_UNITS, unitsOf } from "../context.js";
import { categories } from "../colours.js";
import { bars } from "../draw/bars.js";
import { number, percent } from "../format.js";

const BINS = 20;

export const distribution = {
  name: "distribution",
  title: "All units at the selected timestep",
  caption:
    "How many units have which value. A mean of ½ may be half of the units at 0 and half at 1.",
  columns: 2,

  async load(context) {
    const names = ["retention", ...context.layer.gates];
    const query = { near_kept_time: context.t, most_unit: MOST_UNITS };
    const arrays = await Promise.all(names.map((name) => fetchUnits(context, name, query)));
    return names
      .map((name, i) => ({ name, array: arrays[i] }))
      .filter(({ array }) => array)
      .slice(0, 5);
  },

  draw(figure, gates, context) {
    if (!gates.length) return figure.say("The file has no values of single units.");
    const { svg, width, height } = figure.drawing(300);
    const colour = categories(gates.map(({ name }) => name));
    const each = (height - 30) / gates.length;
    const t = gates[0].array.fixed.kept_time.label;
    gates.forEach(({ name, array }, i) => {
      const box = {
        left: 44,
        top: 20 + i * each,
        width: width - 56,
        height: Math.max(14, each - 52),
      };
      const counts = d3
        .bin()
        .domain([0, 1])
        .thresholds(d3.range(1 / BINS, 1, 1 / BINS))(array.data);
      const most = d3.max(counts, (bin) => bin.length) || 1;
      const low = d3.mean(array.data, (value) => value < 0.1);
      const high = d3.mean(array.data, (value) => value > 0.9);
      bars(svg, {
        box,
        x: d3.scaleLinear([0, 1], [box.left, box.left + box.width]),
        y: d3.scaleLinear([0, most], [box.top + box.height, box.top]),
        xLabel: `${name === "retention" ? "kept" : name} at t = ${t}: ${percent(low)} below 0.1, ${percent(high)} above 0.9`,
        yLabel: i === 0 ? "units" : "",
        width: 1 / BINS,
        colour: colour(name),
        bars: counts.map((bin) => [(bin.x0 + bin.x1) / 2, bin.length]),
        textAt: (j) =>
          `${counts[j].length} units with ${number(counts[j].x0)} to ${number(counts[j].x1)}: ${listed(array, counts[j])}`,
      });
    });
  },
};

function listed(array, { x0, x1 }) {
  const isIn = (value) => value >= x0 && (value < x1 || (x1 === 1 && value === 1));
  const found = unitsOf(array).filter((_, i) => isIn(array.data[i]));
  return found.slice(0, 12).join(", ") + (found.length > 12 ? ", …" : "");
}
