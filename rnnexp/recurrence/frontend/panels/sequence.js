// The probe's sequence, beside what is carried from each timestep to the end.

import d3 from "../d3.js";
import { fetchOf, fetchUnits, gradientIndex } from "../context.js";
import { categories } from "../colours.js";
import { legend, lines } from "../draw/lines.js";
import { fetchArray, fetchLayer } from "../server.js";
import { number, percent } from "../format.js";

const MOST = 600; // timesteps
const MOST_TOKENS = 24;

export const sequence = {
  name: "sequence",
  title: "Which input is remembered?",
  caption:
    "The probe's sequence, and below it the share of the state after each timestep that the gates carry to the end, " +
    "and the gradient of the loss at each input, relative to the largest one.",
  columns: 6,

  async load(context) {
    const { run, about, sequence: number_, unit } = context;
    const gradient = gradientIndex(about, "d_x");
    const [input, target, all, norms] = await Promise.all([
      fetchProbe(run, "probe_input", number_),
      fetchProbe(run, "probe_target", number_),
      fetchUnits(context, "carried", { most_kept_time: MOST, most_unit: 400 }),
      gradient === null
        ? null
        : fetchOf(context, "gradient_norm", { near_step: context.step, gradient, most_time: MOST }),
    ]);
    const own = await fetchUnits(context, "carried", { unit, most_kept_time: MOST });
    return { input, target, all, own, norms };
  },

  draw(figure, { input, target, all, own, norms }, context, view) {
    if (!all && !norms)
      return figure.say("The file has neither values of single units nor gradients.");
    const { svg, width } = figure.drawing(250);
    const times = all ? all.labels.kept_time : norms.labels.time;
    const box = { left: 48, top: 94, width: width - 64, height: 110 };
    const half = 0.5 * ((times.at(-1) - times[0]) / Math.max(1, times.length - 1) || 1);
    const x = d3.scaleLinear(
      [times[0] - half, times.at(-1) + half],
      [box.left, box.left + box.width],
    );
    const colour = categories(["selected unit", "mean of all units", "gradient at the input"]);
    const curves = [];
    if (own)
      curves.push(
        curveOf(
          `carried by unit ${context.unit}`,
          colour("selected unit"),
          own.labels.kept_time,
          own.data,
        ),
      );
    if (all)
      curves.push(
        curveOf("carried, mean of all units", colour("mean of all units"), times, meansOf(all)),
      );
    if (norms) {
      const most = d3.max(norms.data) || 1;
      const relative = norms.data.map((value) => value / most);
      curves.push({
        ...curveOf(
          "‖dL/dx‖ of the whole probe",
          colour("gradient at the input"),
          norms.labels.time,
          relative,
        ),
        dashed: true,
      });
    }
    const pick = (at) => view.set({ t: times[d3.leastIndex(times, (t) => Math.abs(t - at))] });
    if (input) drawInput(svg, { ...box, top: 30, height: 40 }, x, input, half);
    lines(svg, {
      ...{ box, x, curves, xLabel: "timestep t", yLabel: "share", mark: context.t, picked: pick },
      y: d3.scaleLinear([0, 1], [box.top + box.height, box.top]),
      textAt: (at) => {
        const i = d3.leastIndex(times, (t) => Math.abs(t - at));
        const told = curves.map(({ name, points }) => {
          const point = points[d3.leastIndex(points, ([t]) => Math.abs(t - times[i]))];
          return `${name}: ${percent(point[1])}`;
        });
        return [
          `t = ${times[i]}${input ? `, input ${inputAt(input, times[i])}` : ""}`,
          ...told,
        ].join("\n");
      },
    });
    legend(svg, curves, box.left, 16, box.width);
    figure.menu(
      "Sequence of the probe",
      d3.range(1, context.sequences + 1).map((n) => [String(n), `sequence ${n}`]),
      String(context.sequence),
      (value) => view.set({ sequence: Number(value) }),
    );
    if (target?.dims.length === 0)
      figure.remark(`The target of this sequence is ${number(target.data[0])}.`);
  },
};

/** The inputs or targets of a sequence of the probe; null where the file has none. */
async function fetchProbe(run, name, sequence_) {
  const variable = (await fetchLayer(run, "")).variables[name];
  if (!variable || sequence_ > variable.shape[0]) return null;
  const most = variable.dims.includes("probe_time") ? { most_probe_time: MOST } : {};
  return fetchArray(run, "", name, { probe_sequence: sequence_ - 1, ...most });
}

function curveOf(name, colour, times, values) {
  return { name, colour, points: times.map((t, i) => [t, values[i]]) };
}

function meansOf(array) {
  const [rows, columns] = array.shape;
  return d3.range(rows).map((i) => d3.mean(array.data.subarray(i * columns, (i + 1) * columns)));
}

function inputAt(input, t) {
  const i = d3.leastIndex(input.labels.probe_time, (other) => Math.abs(other - t));
  const features = input.shape[1] ?? 1;
  return [...input.data.subarray(i * features, (i + 1) * features)]
    .slice(0, 4)
    .map(number)
    .join(", ");
}

/** The inputs: a number in each cell where there is room, and colour. */
function drawInput(svg, box, x, input, half) {
  const times = input.labels.probe_time;
  const features = input.shape[1] ?? 1;
  const values = d3.range(times.length).map((i) => input.data[i * features]);
  const isTokens =
    features === 1 && values.every(Number.isInteger) && new Set(values).size <= MOST_TOKENS;
  const colour = isTokens
    ? tokenColour(values)
    : d3.scaleSequential(d3.extent(input.data), d3.interpolateGreys);
  const cell = x(half) - x(-half);
  const rows = features;
  for (let row = 0; row < rows; row += 1) {
    svg
      .append("g")
      .selectAll("rect")
      .data(times)
      .join("rect")
      .attr("x", (t) => x(t - half))
      .attr("width", Math.max(0.5, cell - (cell > 4 ? 1 : 0)))
      .attr("y", box.top + (row * box.height) / rows)
      .attr("height", box.height / rows - 1)
      .attr("fill", (_, i) => colour(input.data[i * features + row]));
  }
  svg
    .append("text")
    .attr("class", "label")
    .attr("x", 4)
    .attr("y", box.top + box.height / 2 + 4)
    .text("input");
  if (!isTokens || cell < 11) return;
  svg
    .append("g")
    .selectAll("text")
    .data(times)
    .join("text")
    .attr("class", "token")
    .attr("x", (t) => x(t))
    .attr("y", box.top + box.height / 2 + 4)
    .attr("text-anchor", "middle")
    .text((_, i) => values[i]);
}

function tokenColour(values) {
  const highest = Math.max(1, d3.max(values));
  return (value) => d3.interpolateBlues(0.12 + (0.45 * value) / highest);
}
