// Scales and axes that all drawings share.

import d3 from "../d3.js";
import { number, power } from "../format.js";

/** An axis below a drawing of the given box, with a label. */
export function bottomAxis(g, scale, box, label, ticks = 6) {
  const axis = d3
    .axisBottom(scale)
    .ticks(Math.min(ticks, box.width / 55))
    .tickSizeOuter(0);
  finish(g, axis, spaced(scale, box.width), `translate(0,${box.top + box.height})`);
  g.append("text")
    .attr("class", "label")
    .attr("x", box.left + box.width / 2)
    .attr("y", box.top + box.height + 30)
    .attr("text-anchor", "middle")
    .text(label);
}

/** An axis at the left of a drawing, with its label above. */
export function leftAxis(g, scale, box, label, ticks = 5) {
  const axis = d3
    .axisLeft(scale)
    .ticks(Math.min(ticks, box.height / 22))
    .tickSizeOuter(0);
  finish(g, axis, scale, `translate(${box.left},0)`);
  g.append("text")
    .attr("class", "label")
    .attr("x", box.left - 34)
    .attr("y", box.top - 8)
    .text(label);
}

/** A scale of labels with only as many of them as have room beside each other. */
function spaced(scale, width) {
  if (!scale.ticksOfSteps) return scale;
  const longest = d3.max(scale.ticksOfSteps, (i) => scale.textOf(i).length) ?? 1;
  const stride = Math.ceil((scale.ticksOfSteps.length * (6 * longest + 10)) / width);
  return Object.assign(scale.copy(), {
    textOf: scale.textOf,
    ticksOfSteps: scale.ticksOfSteps.filter((_, i) => i % stride === 0),
  });
}

function finish(g, axis, scale, transform) {
  if (scale.ticksOfSteps) axis.tickValues(scale.ticksOfSteps).tickFormat(scale.textOf);
  else if (scale.isLogarithmic) {
    const [low, high] = scale.domain().map(Math.log10);
    const count = Math.max(2, Math.round(Math.abs(scale.range()[0] - scale.range()[1]) / 24));
    if (high - low < 1.5) axis.tickValues(d3.ticks(10 ** low, 10 ** high, 4)).tickFormat(number);
    else {
      const exponents = d3.range(
        Math.ceil(low),
        high,
        Math.max(1, Math.ceil((high - low) / count)),
      );
      axis
        .tickValues(exponents.map((e) => 10 ** e))
        .tickFormat((v) => power(Math.round(Math.log10(v))));
    }
  } else axis.tickFormat((value) => number(value));
  g.append("g").attr("class", "axis").attr("transform", transform).call(axis);
}

/** The least and the greatest of some values; 0 and 1 where there is none. */
export function extent(values) {
  const [low = 0, high = 1] = d3.extent(values);
  return [low, high];
}

/** A logarithmic scale of positive values, with at most so many decades. */
export function logScale(values, range, decades = 12) {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const top = d3.max(positive) ?? 1;
  const bottom = Math.max(d3.min(positive) ?? top / 10, top * 10 ** -decades);
  const scale = d3
    .scaleLog()
    .domain([bottom === top ? bottom / 3 : bottom / 1.3, top * 1.3])
    .range(range)
    .clamp(true);
  scale.isLogarithmic = true;
  return scale;
}

/** Positions of the entries of a list of labels, as columns or rows of equal size. */
export function entries(labels, range, count = 6) {
  const scale = d3
    .scaleLinear()
    .domain([-0.5, labels.length - 0.5])
    .range(range);
  const chosen = d3
    .ticks(0, labels.length - 1, Math.min(count, labels.length))
    .filter(Number.isInteger);
  scale.ticksOfSteps = chosen;
  scale.textOf = (i) => number(labels[i]);
  return scale;
}

/** The index of the label nearest to a value. */
export function nearest(labels, value) {
  return d3.leastIndex(labels, (label) => Math.abs(label - value)) ?? 0;
}
