// Memory over training, over runs: horizon, carried share and score; seeds are aggregated.

import d3 from "../d3.js";
import { gradientIndex } from "../context.js";
import { extent } from "../draw/axes.js";
import { legend, lines } from "../draw/lines.js";
import { number } from "../format.js";
import { medianAndRange, tickedGroups } from "../groups.js";
import { fetchArray, fetchLayer, fetchScores } from "../server.js";

const POINTS = 150;

export const memory = {
  name: "memory",
  title: "Memory over training, all ticked runs",
  caption:
    "Median over the seeds of a setting, and their range as a band. Dotted: the farthest that the gradient can reach. Click to select a training step.",
  columns: 6,
  comparesRuns: true,

  async load(context) {
    return Promise.all(
      context.ticked.map(async (run) => ({ run, ...(await measured(run, context)) })),
    );
  },

  draw(figure, runs, context, view) {
    if (!runs.length) return figure.say("No run is ticked.");
    const { svg, width } = figure.drawing(290);
    const ticked = runs.map(({ run }) => run);
    const groups = tickedGroups(context.groups, ticked);
    const items = groups.map((group) => ({
      ...group,
      name: `${group.name} (${group.runs.length})`,
    }));
    const taken = legend(svg, items, 48, 16, width - 60);
    const charts = chartsOf(runs, context);
    const each = (width - 62 * charts.length) / charts.length;
    charts.forEach((chart, i) => {
      const box = { left: 48 + i * (each + 62), top: 28 + taken, width: each, height: 216 - taken };
      const curves = groups.map((group) => {
        const own = group.runs.map((run) => chart.pointsOf(runs[ticked.indexOf(run)]));
        const median = medianAndRange(own.filter((points) => points.length));
        return { ...group, ...median };
      });
      drawChart(svg, box, { ...chart, curves }, context, view);
    });
  },
};

/** What is drawn: horizon, carried share and score, as far as the runs have them. */
function chartsOf(runs, context) {
  const tag = scoreOf(runs, context.run);
  const isEpoch = /^epoch_/.test(tag ?? "");
  const charts = [
    {
      yLabel: "how far back the gradient reaches (timesteps)",
      pointsOf: ({ horizon }) => horizon,
      wholes: [...new Set(runs.map(({ whole }) => whole).filter(Boolean))],
    },
    {
      yLabel: "share carried from the start, mean of units",
      pointsOf: ({ carried }) => carried,
      highest: 1,
    },
    {
      yLabel: tag?.replace("/", ", "),
      pointsOf: ({ scores }) => (scores[tag] ?? []).map(([x, value]) => [x, value ?? NaN]),
      isEpoch,
    },
  ];
  return charts.filter(({ pointsOf }) => runs.some((run) => pointsOf(run).length));
}

function drawChart(svg, box, { yLabel, curves, wholes = [], highest, isEpoch }, context, view) {
  const ends = extent(curves.flatMap(({ points }) => points.map(([x]) => x)));
  const values = curves.flatMap(({ points, band }) =>
    (band ?? points).flatMap((point) => point.slice(1)),
  );
  const dotted = wholes.map((whole) => ({
    ...{ name: "whole sequence", colour: "currentColor", dotted: true },
    points: ends.map((x) => [x, whole]),
  }));
  const top = highest ?? d3.max([0, ...values, ...wholes]);
  const unit = isEpoch ? "epoch" : "training step";
  lines(svg, {
    ...{ box, curves: [...curves, ...dotted], xLabel: unit, yLabel },
    mark: isEpoch ? null : context.step,
    x: d3.scaleLinear(ends[0] === ends[1] ? [0, 1] : ends, [box.left, box.left + box.width]),
    y: d3.scaleLinear([0, top || 1], [box.top + box.height, box.top]),
    picked: isEpoch ? null : (x) => view.set({ step: Math.round(x) }),
    textAt: (x) => told(curves, x, unit),
  });
}

async function measured(run, context) {
  const layer = run.layers.find(({ name }) => name === context.layer.name) ?? run.layers[0];
  const about = await fetchLayer(run, layer.name);
  const gradient = gradientIndex(about, `d_${layer.memory}`);
  const first = layer.direction === "backward" ? -1 : 0;
  const fetchOver = (name, query) =>
    name in about.variables
      ? fetchArray(run, layer.name, name, { ...query, most_step: POINTS })
      : null;
  const [horizon, farthest, carried, scores] = await Promise.all([
    gradient === null ? null : fetchOver("horizon", { gradient }),
    gradient === null ? null : fetchOver("farthest", { gradient }),
    fetchOver("carried", { time: first }),
    fetchScores(run).catch(() => ({})),
  ]);
  const points = (array) =>
    array ? array.labels.step.map((step, i) => [step, array.data[i]]) : [];
  const whole = farthest ? d3.max(farthest.data) : layer.timesteps && layer.timesteps - 1;
  return { horizon: points(horizon), carried: points(carried), scores, whole };
}

/** The tag of the score: that of the run that is looked at, or else of the first run. */
function scoreOf(runs, selected) {
  const ordered = [...runs.filter(({ run }) => run === selected), ...runs];
  const tags = ordered.flatMap(({ scores }) => Object.keys(scores));
  const scores = tags.filter((tag) => /\/(validation|train)$/.test(tag) && !/loss/.test(tag));
  const kinds = [/^(?!epoch_).*\/validation$/, /\/validation$/, /^(?!epoch_)/, /^/];
  return kinds.map((kind) => scores.find((tag) => kind.test(tag))).find(Boolean);
}

function told(curves, x, unit) {
  const steps = curves.flatMap(({ points }) => points.map(([step]) => step));
  if (!steps.length) return null;
  const step = d3.least(steps, (other) => Math.abs(other - x));
  const each = curves.map(({ name, points }) => [name, points.find(([at]) => at === step)?.[1]]);
  const known = each.filter(([, value]) => value !== undefined);
  return [
    `${unit} ${number(step)}`,
    ...known.map(([name, value]) => `${name}: ${number(value)}`),
  ].join("\n");
}
