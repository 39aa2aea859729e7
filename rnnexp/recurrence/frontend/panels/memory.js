// Memory over training, over runs: horizon, carried share and score; seeds are aggregated.

import d3 from "../d3.js";
import { gradientIndex } from "../context.js";
import { legend, lines } from "../draw/lines.js";
import { number } from "../format.js";
import { groupsOf, medianAndRange } from "../groups.js";
import { fetchArray, fetchLayer, fetchScores } from "../server.js";

const POINTS = 150;

export const memory = {
  name: "memory",
  title: "Memory over training, all ticked runs",
  caption:
    "Median over the seeds of a setting, and their range as a band. Dotted: the whole sequence, T − 1 timesteps.",
  columns: 6,
  comparesRuns: true,

  async load(context, view, ticked) {
    return Promise.all(ticked.map(async (run) => ({ run, ...(await measured(run, context)) })));
  },

  draw(figure, runs, context, view) {
    if (!runs.length) return figure.say("No run is ticked.");
    const { svg, width } = figure.drawing(290);
    const groups = groupsOf(
      runs.map(({ run }) => run),
      view.colour,
    );
    const taken = legend(
      svg,
      groups.map(({ name, runs: members, colour }) => ({
        name: `${name} (${members.length})`,
        colour,
      })),
      48,
      16,
      width - 60,
    );
    const tag = scoreOf(runs, context.run);
    const score = ({ scores }) => (scores[tag] ?? []).map(([step, value]) => [step, value ?? NaN]);
    const byRun = new Map(runs.map((found) => [found.run, { ...found, score: score(found) }]));
    const charts = [
      ["horizon", "how far back the gradient reaches (timesteps)"],
      ["carried", "share carried from the start, mean of units"],
      ["score", tag?.replace("/", ", ")],
    ].filter(([key]) => [...byRun.values()].some((found) => found[key].length));
    const each = (width - 62 * charts.length) / charts.length;
    charts.forEach(([key, yLabel], i) => {
      const box = { left: 48 + i * (each + 62), top: 28 + taken, width: each, height: 216 - taken };
      const curves = groups.map((group) => {
        const own = group.runs.map((run) => byRun.get(run)[key]).filter((points) => points.length);
        return { name: group.name, colour: group.colour, ...medianAndRange(own) };
      });
      const steps = curves.flatMap(({ points }) => points.map(([x]) => x));
      const values = curves.flatMap(({ points, band }) =>
        (band ?? points).flatMap((point) => point.slice(1)),
      );
      const whole = d3.max(runs, (found) => found.whole);
      const top = key === "horizon" ? whole : key === "carried" ? 1 : Math.max(d3.max(values), 0);
      const ends = d3.extent(steps);
      if (key === "horizon" && whole) {
        curves.push({
          name: "whole sequence",
          colour: "currentColor",
          dotted: true,
          points: ends.map((x) => [x, whole]),
        });
      }
      lines(svg, {
        ...{ box, curves, xLabel: "training step", yLabel, mark: context.step },
        x: d3.scaleLinear(ends[0] === ends[1] ? [0, 1] : ends, [box.left, box.left + box.width]),
        y: d3.scaleLinear([0, top || 1], [box.top + box.height, box.top]),
        picked: (x) => view.set({ step: Math.round(x) }),
        textAt: (x) => told(curves, x),
      });
    });
  },
};

async function measured(run, context) {
  const layer = run.layers.find(({ name }) => name === context.layer.name) ?? run.layers[0];
  const about = await fetchLayer(run, layer.name);
  const gradient = gradientIndex(about, `d_${layer.memory}`);
  const first = layer.direction === "backward" ? -1 : 0;
  const [horizon, carried, scores] = await Promise.all([
    gradient === null
      ? null
      : fetchArray(run, layer.name, "horizon", { gradient, most_step: POINTS }),
    "carried" in about.variables
      ? fetchArray(run, layer.name, "carried", { time: first, most_step: POINTS })
      : null,
    fetchScores(run).catch(() => ({})),
  ]);
  const points = (array) =>
    array ? array.labels.step.map((step, i) => [step, array.data[i]]) : [];
  return {
    horizon: points(horizon),
    carried: points(carried),
    scores,
    whole: layer.timesteps === null ? undefined : layer.timesteps - 1,
  };
}

/** The tag of the score: that of the run that is looked at, or else of the first run. */
function scoreOf(runs, selected) {
  const ordered = [...runs.filter(({ run }) => run === selected), ...runs];
  const tags = ordered.flatMap(({ scores }) => Object.keys(scores));
  return tags.find((tag) => /\/validation$|^epoch_/.test(tag) && !/loss/.test(tag));
}

function told(curves, x) {
  const steps = curves.flatMap(({ points }) => points.map(([step]) => step));
  if (!steps.length) return null;
  const step = d3.least(steps, (other) => Math.abs(other - x));
  const each = curves.map(({ name, points }) => [
    name,
    points.find(([other]) => other === step)?.[1],
  ]);
  return [
    `step ${number(step)}`,
    ...each
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${number(value)}`),
  ].join("\n");
}
