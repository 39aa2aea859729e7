// A heat map: a canvas with a pixel for each cell, as an image in the drawing.

import d3 from "../d3.js";
import { NO_NUMBER } from "../colours.js";
import { withTip } from "./tip.js";

/**
 * @param g Where it is drawn.
 * @param map {box, x, y, columns, rows, valueAt(column, row), colourOf(value), textAt(column, row),
 *   picked(column, row)}; x and y are scales of indices.
 */
export function heatmap(g, map) {
  const { box, columns, rows } = map;
  const image = g
    .append("image")
    .attr("x", box.left)
    .attr("y", box.top)
    .attr("width", box.width)
    .attr("height", box.height)
    .attr("preserveAspectRatio", "none")
    .attr("href", pixels(map));
  if (columns <= box.width && rows <= box.height) image.style("image-rendering", "pixelated");
  const cellAt = (event) => {
    const [x, y] = d3.pointer(event, g.node());
    const inside = (value, count) => Math.max(0, Math.min(count - 1, Math.round(value)));
    return [inside(map.x.invert(x), columns), inside(map.y.invert(y), rows)];
  };
  image.attr("class", "pickable").on("click", (event) => map.picked?.(...cellAt(event)));
  withTip(image, (event) => map.textAt(...cellAt(event)));
}

function pixels({ columns, rows, valueAt, colourOf }) {
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const known = new Map();
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const value = valueAt(column, row);
      const name = Number.isNaN(value) ? NO_NUMBER : colourOf(value);
      if (!known.has(name)) known.set(name, d3.rgb(name));
      const { r, g, b, opacity } = known.get(name);
      image.data.set([r, g, b, 255 * opacity], 4 * (row * columns + column));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

/** A bar that explains the colours, at the right of a box. */
export function colourBar(g, box, colour, format, label) {
  const [low, high] = colour.domain();
  const y = d3.scaleLinear([low, high], [box.top + box.height, box.top]);
  const steps = 64;
  const left = box.left + box.width + 10;
  for (let i = 0; i < steps; i += 1) {
    g.append("rect")
      .attr("x", left)
      .attr("y", box.top + (i * box.height) / steps)
      .attr("width", 10)
      .attr("height", box.height / steps + 0.5)
      .attr("fill", colour(high + ((i + 0.5) / steps) * (low - high)));
  }
  const axis = d3
    .axisRight(y)
    .ticks(Math.min(5, box.height / 25))
    .tickFormat(format)
    .tickSizeOuter(0);
  g.append("g")
    .attr("class", "axis")
    .attr("transform", `translate(${left + 10},0)`)
    .call(axis);
  g.append("text")
    .attr("class", "label")
    .attr("x", left - 4)
    .attr("y", box.top - 8)
    .text(label);
}
