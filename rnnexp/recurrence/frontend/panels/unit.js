// One unit over time: its gates, its state, and the gradient that reaches it.

import d3 from "../d3.js";
import { fetchUnits } from "../context.js";
import { categories } from "../colours.js";
import { logScale } from "../draw/axes.js";
import { legend, lines } from "../draw/lines.js";
import { gradientName, number } from "../format.js";

const HEIGHT = 300;

export const unit = {
  name: "unit",
  title: "The selected unit",
  caption:
    "Its gates, its state and the gradient at its state over time. Arrow up and down select another unit.",
  columns: 4,

  async load(context) {
    const { gates, states } = context.layer;
    const names = [
      "retention",
      "carried",
      ...gates,
      ...states,
      ...states.map((state) => `d_${state}`),
    ];
    const query = { unit: context.unit, most_kept_time: 600 };
    const arrays = await Promise.all(names.map((name) => fetchUnits(context, name, query)));
    return Object.fromEntries(
      names.map((name, i) => [name, arrays[i]]).filter(([, array]) => array),
    );
  },

  draw(figure, arrays, context, view) {
    if (!arrays.retention) return figure.say("The file has no values of single units.");
    const { svg, width } = figure.drawing(HEIGHT);
    let top = 0; // below the legends
    const times = arrays.retention.labels.kept_time;
    const measured = (names) => names.filter((name) => arrays[name]);
    const [gates, states] = [context.layer.gates, context.layer.states].map(measured);
    const colour = categories(["kept", "carried to the end", ...gates]);
    const curve = (name, label) => ({
      name: label,
      colour: colour(label),
      points: times.map((t, i) => [t, arrays[name].data[i]]),
    });
    const stateColour = categories(states);
    const atTime = (curves) => (x) => {
      const i = d3.leastIndex(times, (t) => Math.abs(t - x));
      return [
        `unit ${context.unit}, t = ${times[i]}`,
        ...curves.map(({ name, points }) => `${name}: ${number(points[i][1])}`),
      ].join("\n");
    };
    const panels = [
      context.isUngated || {
        yLabel: `gates of unit ${context.unit}`,
        curves: [
          curve("carried", "carried to the end"),
          ...gates.map((gate) => curve(gate, gate)),
          { ...curve("retention", "kept"), dashed: true }, // over a gate that is equal to it
        ],
        scale: (range) => d3.scaleLinear([0, 1], range),
      },
      {
        yLabel: `state of unit ${context.unit}`,
        scale: (range, values) => d3.scaleLinear(padded(values), range),
        curves: states.map((name) => ({ ...curve(name, name), colour: stateColour(name) })),
      },
      {
        yLabel: "size of the gradient",
        scale: (range, values) => logScale(values, range),
        curves: states
          .filter((name) => arrays[`d_${name}`])
          .map((name) => ({
            name: gradientName(`d_${name}`),
            colour: stateColour(name),
            points: times.map((t, i) => [t, Math.abs(arrays[`d_${name}`].data[i])]),
          })),
      },
    ].filter((panel) => panel !== true);
    const each = (width - panels.length * 62) / panels.length;
    const left = (i) => 48 + i * (each + 62);
    const box = (i) => ({ left: left(i), top, width: each, height: HEIGHT - 44 - top });
    const shared = (i) => ({
      box: box(i),
      x: d3.scaleLinear(d3.extent(times), [box(i).left, box(i).left + each]),
      xLabel: "timestep t",
      mark: context.t,
      picked: (x) => view.set({ t: times[d3.leastIndex(times, (t) => Math.abs(t - x))] }),
    });
    top = 28 + d3.max(panels, (panel, i) => legend(svg, panel.curves, left(i), 16, each + 40));
    panels.forEach((panel, i) => {
      if (!panel.curves.length) return;
      const values = panel.curves.flatMap(({ points }) => points.map(([, value]) => value));
      const y = panel.scale([box(i).top + box(i).height, top], values);
      lines(svg, { ...shared(i), ...panel, y, textAt: atTime(panel.curves) });
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
