// The gradient that reaches each timestep, over training.

import d3 from "../d3.js";
import { fetchOf, gradientIndex } from "../context.js";
import { exponents, ZERO } from "../colours.js";
import { bottomAxis, entries, nearest } from "../draw/axes.js";
import { colourBar, heatmap } from "../draw/heatmap.js";
import { mark } from "../draw/lines.js";
import { gradientName, number, power, stepName } from "../format.js";
import { stepOrLast } from "./units.js";

const DECADES = 12; // float32 cannot tell smaller values from zero

export const gradientMap = {
  name: "gradient-map",
  title: "How far back does the gradient reach?",
  caption:
    "Colour: norm of the gradient at each timestep, as a power of ten. Each row is a training step; training goes " +
    "downwards. Grey: exactly zero. Click to select a training step and a timestep.",
  columns: 3,

  async load(context, view) {
    const name = context.gradients.includes(view.gradient) ? view.gradient : context.memory;
    const gradient = gradientIndex(context.about, name);
    if (gradient === null) return null;
    const array = await fetchOf(context, "gradient_norm", {
      gradient,
      most_step: 200,
      most_time: 400,
    });
    return { name, array };
  },

  draw(figure, loaded, context, view) {
    if (!loaded)
      return figure.say(
        "The file has no gradients: TimestepGradients was not among the callbacks.",
      );
    const { array, name } = loaded;
    const { svg, width, height } = figure.drawing(300);
    const box = { left: 58, top: 24, width: width - 124, height: height - 66 };
    const { step: steps, time: times } = array.labels;
    const [rows, columns] = array.shape;
    const top = Math.log10(d3.max(array.data, finite) || 1);
    const least = d3.min(array.data, (value) =>
      value > 0 && Number.isFinite(value) ? value : undefined,
    );
    const bottom = Math.max(Math.log10(least ?? 10 ** (top - 1)), top - DECADES);
    const colour = exponents(bottom === top ? top - 1 : bottom, top);
    const x = entries(times, [box.left, box.left + box.width]);
    const y = entries(steps, [box.top, box.top + box.height]);
    const valueAt = (column, row) => array.data[row * columns + column];
    heatmap(svg, {
      ...{ box, x, y, columns, rows, valueAt },
      colourOf: (value) => (value === 0 ? ZERO : colour(Math.log10(value))),
      textAt: (column, row) =>
        `‖${gradientName(name)}‖ at t = ${times[column]}, ${stepName(steps[row])}: ${number(valueAt(column, row))}`,
      picked: (column, row) => view.set({ t: times[column], step: stepOrLast(steps, row) }),
    });
    bottomAxis(svg, x, box, "timestep t");
    const axis = d3.axisLeft(y).tickValues(y.ticksOfSteps).tickFormat(y.textOf).tickSizeOuter(0);
    svg.append("g").attr("class", "axis").attr("transform", `translate(${box.left},0)`).call(axis);
    svg
      .append("text")
      .attr("class", "label")
      .attr("x", 4)
      .attr("y", box.top - 8)
      .text("training step ↓");
    mark(svg, box, x(nearest(times, context.t)));
    const at = y(nearest(steps, context.step));
    svg
      .append("line")
      .attr("class", "mark")
      .attr("x1", box.left)
      .attr("x2", box.left + box.width)
      .attr("y1", at)
      .attr("y2", at);
    const format =
      top - bottom < 2
        ? (value) => number(10 ** value)
        : (value) => (Number.isInteger(value) ? power(value) : "");
    colourBar(svg, box, colour, format, "norm");
    figure.menu(
      "Gradient",
      context.gradients.map((other) => [other, gradientName(other)]),
      name,
      (value) => view.set({ gradient: value === context.memory ? null : value }),
    );
  },
};

function finite(value) {
  return Number.isFinite(value) ? value : undefined;
}
