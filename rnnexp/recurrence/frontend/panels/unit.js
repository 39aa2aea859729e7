// One unit over time: its gates, its state, and the gradient that reaches it.

import d3 from "../d3.js";
import { fetchUnits } from "../context.js";
import { categories } from "../colours.js";
import { logScale } from "../draw/axes.js";
import { legend, lines } from "../draw/lines.js";
import { gradientName, number } from "../format.js";

export const unit = {
  name: "unit",
  title: "The selected unit",
  caption: "Its gates, its state and the gradient at its state over time. Arrow up and down select another unit.",
  columns: 4,

  async load(context) {
    const { gates, states } = context.layer;
    const names = ["retention", "carried", ...gates, ...states, ...states.map((state) => `d_${state}`)];
    const query = { unit: context.unit, most_kept_time: 600 };
    const arrays = await Promise.all(names.map((name) => fetchUnits(context, name, query)));
    return Object.fromEntries(names.map((name, i) => [name, arrays[i]]).filter(([, array]) => array));
  },

  draw(figure, arrays, context, view) {
    if (!arrays.retention) return figure.say("The file has no values of single units.");
    const { svg, width } = figure.drawing(300);
    const times = arrays.retention.labels.kept_time;
    const { gates, states } = context.layer;
    const colour = categories(["kept", "carried to the end", ...gates]);
    const curve = (name, label) => ({
      name: label,
      colour: colour(label),
      points: times.map((t, i) => [t, arrays[name].data[i]]),
    });
    const stateColour = categories(states);
    const thirds = (width - 3 * 62) / 3;
    const box = (i) => ({ left: 48 + i * (thirds + 62), top: 50, width: thirds, height: 205 });
    const shared = (i) => ({
      box: box(i),
      x: d3.scaleLinear(d3.extent(times), [box(i).left, box(i).left + thirds]),
      xLabel: "timestep t",
      mark: context.t,
      picked: (x) => view.set({ t: times[d3.leastIndex(times, (t) => Math.abs(t - x))] }),
    });
    const atTime = (curves) => (x) => {
      const i = d3.leastIndex(times, (t) => Math.abs(t - x));
      return [`unit ${context.unit}, t = ${times[i]}`, ...curves.map(({ name, points }) => `${name}: ${number(points[i][1])}`)].join("\n");
    };
    const panels = [
      {
        yLabel: `gates of unit ${context.unit}`,
        curves: [curve("retention", "kept"), curve("carried", "carried to the end"), ...gates.map((gate) => curve(gate, gate))],
        y: d3.scaleLinear([0, 1], [255, 50]),
      },
      {
        yLabel: "state",
        curves: states.map((name) => ({ ...curve(name, name), colour: stateColour(name) })),
      },
      {
        yLabel: "size of the gradient",
        curves: states
          .filter((name) => arrays[`d_${name}`])
          .map((name) => ({
            name: gradientName(`d_${name}`),
            colour: stateColour(name),
            points: times.map((t, i) => [t, Math.abs(arrays[`d_${name}`].data[i])]),
          })),
      },
    ];
    panels.forEach((panel, i) => {
      const values = panel.curves.flatMap(({ points }) => points.map(([, value]) => value));
      const range = [255, 50];
      const y = panel.y ?? (i === 2 ? logScale(values, range) : d3.scaleLinear(padded(values), range));
      if (!panel.curves.length) return;
      lines(svg, { ...shared(i), ...panel, y, textAt: atTime(panel.curves) });
      legend(svg, panel.curves, box(i).left, 16, thirds + 30);
    });
  },
};

/** The extent of values with some space around it. */
export function padded(values) {
  const [low, high] = d3.extent(values.filter(Number.isFinite));
  if (low === undefined) return [0, 1];
  const space = (high - low) * 0.05 || Math.abs(high) * 0.1 || 1;
  return [low - space, high + space];
}
