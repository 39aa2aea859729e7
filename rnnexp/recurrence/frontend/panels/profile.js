// The gradients of the selected layer against the timestep, now and before training.

import d3 from "../d3.js";
import { fetchOf } from "../context.js";
import { categories } from "../colours.js";
import { logScale } from "../draw/axes.js";
import { legend, lines } from "../draw/lines.js";
import { gradientName, number, stepName } from "../format.js";
import { rowOf } from "../server.js";

export const profile = {
  name: "profile",
  title: "Gradients against the timestep",
  caption:
    "At the selected training step; dashed: at the first measurement. δ is the gradient at the pre-activation of a neuron.",
  columns: 3,

  async load(context) {
    const query = { most_time: 500 };
    const [now, before] = await Promise.all([
      fetchOf(context, "gradient_norm", { near_step: context.step, ...query }),
      fetchOf(context, "gradient_norm", { step: 0, ...query }),
    ]);
    return { now, before };
  },

  draw(figure, { now, before }, context, view) {
    if (!now)
      return figure.say(
        "The file has no gradients: TimestepGradients was not among the callbacks.",
      );
    const { svg, width } = figure.drawing(300);
    const names = now.labels.gradient.filter((name) => name !== "d_x");
    const colour = categories(names);
    const times = now.labels.time;
    const isRelative = view.shown !== "absolute";
    const curves = names.flatMap((name) => {
      const i = now.labels.gradient.indexOf(name);
      const curve = (array) =>
        relative(rowOf(array, i), isRelative, context).map((v, j) => [times[j], v]);
      const label = gradientName(name);
      const after = {
        name: label,
        colour: colour(name),
        points: curve(now),
        thin: name.startsWith("delta_"),
      };
      return [
        { ...after, name: `${label} before`, points: curve(before), dashed: true, thin: true },
        after,
      ];
    });
    const told = curves.filter(({ dashed }) => !dashed);
    const taken = legend(
      svg,
      [...told, { name: stepName(before.fixed.step.label), colour: "currentColor", dashed: true }],
      48,
      16,
      width - 60,
    );
    const box = { left: 58, top: 28 + taken, width: width - 76, height: 228 - taken };
    const values = curves.flatMap(({ points }) => points.map(([, value]) => value));
    lines(svg, {
      ...{ box, curves, xLabel: "timestep t", mark: context.t },
      x: d3.scaleLinear(d3.extent(times), [box.left, box.left + box.width]),
      y: logScale(values, [box.top + box.height, box.top]),
      yLabel: isRelative ? "norm, relative to the last timestep" : "norm",
      picked: (x) => view.set({ t: Math.round(x) }),
      textAt: (x) => {
        const i = d3.leastIndex(times, (t) => Math.abs(t - x));
        const each = told.map(({ name, points }) => `${name}: ${number(points[i][1])}`);
        return [`t = ${times[i]}, ${stepName(context.step)}`, ...each].join("\n");
      },
    });
    scaleMenu(figure, view);
  },
};

/** The choice between the norms and their ratio to the last timestep. */
export function scaleMenu(figure, view) {
  const options = [
    ["relative", "relative to the last timestep"],
    ["absolute", "absolute"],
  ];
  figure.menu("Scale", options, view.shown ?? "relative", (value) =>
    view.set({ shown: value === "absolute" ? value : null }),
  );
}

/** Norms divided by the one at the layer's last timestep at which it is not zero. */
export function relative(norms, isRelative, context) {
  const values = [...norms];
  if (!isRelative) return values;
  const isBackward = context.layer.direction === "backward";
  const last = (isBackward ? values : values.toReversed()).find((value) => value !== 0);
  return values.map((value) => value / last);
}
