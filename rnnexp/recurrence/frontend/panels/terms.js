// The terms whose sum is the gradient of the input kernel.

import d3 from "../d3.js";
import { fetchOf } from "../context.js";
import { categories } from "../colours.js";
import { bars } from "../draw/bars.js";
import { number, percent } from "../format.js";

export const terms = {
  name: "terms",
  title: "Terms of dL/dW_x",
  caption:
    "The gradient of the input kernel is a sum of one term for each timestep. A bar is the part of the term along the " +
    "whole gradient, so that the bars add up to its norm. A timestep without a bar teaches W_x nothing.",
  columns: 3,

  load(context) {
    return fetchOf(context, "input_term_along", { near_step: context.step, most_time: 4096 });
  },

  draw(figure, array, context, view) {
    if (!array)
      return figure.say(
        "The file has no terms: it is of an earlier version, or TimestepGradients did not measure.",
      );
    const { svg, width } = figure.drawing(250);
    const times = array.labels.time;
    const box = { left: 58, top: 24, width: width - 76, height: 180 };
    const whole = d3.sum(array.data);
    const half = 0.5;
    const [low, high] = d3.extent([0, ...array.data].filter(Number.isFinite));
    bars(svg, {
      box,
      x: d3.scaleLinear([times[0] - half, times.at(-1) + half], [box.left, box.left + box.width]),
      y: d3.scaleLinear([low, high || 1], [box.top + box.height, box.top]),
      xLabel: "timestep t",
      yLabel: `part of dL/dW_x (the bars add up to ${number(whole)})`,
      width: Math.max(1, (times.at(-1) - times[0] + 1) / times.length),
      colour: categories(["term"])("term"),
      bars: times.map((t, i) => [t, array.data[i]]),
      mark: context.t,
      picked: (i) => view.set({ t: times[i] }),
      textAt: (i) =>
        `t = ${times[i]}: ${number(array.data[i])}, ${percent(array.data[i] / whole)} of the whole`,
    });
    const isWhole = array.full.time === times.length;
    figure.remark(
      isWhole
        ? ""
        : `${times.length} of ${array.full.time} timesteps are shown; their terms are not the whole sum.`,
    );
  },
};
