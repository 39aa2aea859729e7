// Saves a drawing as a file that looks as it does on the page.

import d3 from "./d3.js";

const COPIED = [
  ...["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity"],
  ...["opacity", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline"],
];
const PIXELS = 2; // of the PNG for one of the page

const HEAD = 44; // pixels above the drawing, for its title

/**
 * Save as SVG, with the styles of the page written into it.
 *
 * @param svg The drawing; null if there is none.
 * @param label {title, what, file}: two lines above the drawing, and the name of the file.
 */
export function saveSvg(svg, label) {
  if (svg) save(new Blob([source(svg, label)], { type: "image/svg+xml" }), `${label.file}.svg`);
}

/** Save as PNG, in twice the size. */
export async function savePng(svg, label) {
  if (!svg) return;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source(svg, label))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = PIXELS * svg.clientWidth;
  canvas.height = PIXELS * (svg.clientHeight + HEAD);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(blob, `${label.file}.png`), "image/png");
}

function source(svg, { title, what }) {
  const copy = svg.cloneNode(true);
  const originals = [svg, ...svg.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(originals[i]);
    for (const property of COPIED) element.setAttribute(property, style.getPropertyValue(property));
  });
  const [width, height] = [svg.clientWidth, svg.clientHeight];
  copy.setAttribute("y", HEAD);
  const { backgroundColor, color, fontFamily } = getComputedStyle(document.body);
  const whole = d3
    .create("svg:svg")
    .attr("xmlns", "http://www.w3.org/2000/svg")
    .attr("width", width)
    .attr("height", height + HEAD)
    .attr("viewBox", `0 0 ${width} ${height + HEAD}`)
    .attr("font-family", fontFamily);
  whole.append("rect").attr("width", "100%").attr("height", "100%").attr("fill", backgroundColor);
  const line = (y, size, text) =>
    whole
      .append("text")
      .attr("x", 8)
      .attr("y", y)
      .attr("font-size", size)
      .attr("fill", color)
      .text(text);
  line(18, 14, title).attr("font-weight", 600);
  line(35, 11, what);
  whole.append(() => copy);
  return new XMLSerializer().serializeToString(whole.node());
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a slow machine saves it later
}
