// The gradient at the memory against the timestep, for all ticked runs; seeds are aggregated.

import d3 from "../d3.js";
import { gradientIndex } from "../context.js";
import { extent, logScale } from "../draw/axes.js";
import { legend, lines } from "../draw/lines.js";
import { number } from "../format.js";
import { medianAndRange, tickedGroups } from "../groups.js";
import { fetchArray, fetchLayer } from "../server.js";
import { relative } from "./profile.js";

export const profiles = {
  name: "profiles",
  title: "The gradient at the memory, all ticked runs",
  caption:
    "At the training step nearest to the selected one, or the last one of each run. Median over the seeds of a setting, " +
    "and their range as a band; dashed: at the first measurement. The memory is h of a GRU, c of an LSTM.",
  columns: 3,
  comparesRuns: true,

  async load(context) {
    const found = await Promise.all(context.ticked.map((run) => profileOf(run, context)));
    return found.filter(Boolean);
  },

  draw(figure, runs, context, view) {
    if (!runs.length) return figure.say("None of the ticked runs has gradients.");
    const { svg, width } = figure.drawing(250);
    const groups = tickedGroups(
      context.groups,
      runs.map(({ run }) => run),
    );
    const byRun = new Map(runs.map((found) => [found.run, found]));
    const isRelative = view.shown !== "absolute";
    const curves = groups.flatMap(({ name, runs: members, colour, dash }) => {
      const curve = (when) =>
        medianAndRange(
          members.map((run) => {
            const { layer, [when]: array } = byRun.get(run);
            return relative(array.data, isRelative, { layer }).map((value, i) => [
              array.labels.time[i],
              value,
            ]);
          }),
        );
      return [
        {
          name: `${name} before`,
          colour,
          points: curve("before").points,
          dashed: true,
          thin: true,
        },
        { name, colour, dash, ...curve("now") },
      ];
    });
    const taken = legend(svg, groups, 48, 16, width - 60);
    const box = { left: 58, top: 28 + taken, width: width - 76, height: 176 - taken };
    const values = curves.flatMap(({ points, band }) =>
      [...points, ...(band ?? [])].flatMap((point) => point.slice(1)),
    );
    const times = curves.flatMap(({ points }) => points.map(([t]) => t));
    lines(svg, {
      ...{ box, curves, xLabel: "timestep t", mark: context.t },
      x: d3.scaleLinear(extent(times), [box.left, box.left + box.width]),
      y: logScale(values, [box.top + box.height, box.top]),
      yLabel: `norm of the gradient at the memory${isRelative ? ", relative to the last timestep" : ""}`,
      picked: (x) => view.set({ t: Math.round(x) }),
      textAt: (x) => {
        const t = d3.least(times, (other) => Math.abs(other - x));
        const each = curves.map(({ name, points }) => [
          name,
          points.find(([other]) => other === t)?.[1],
        ]);
        return [
          `t = ${t}`,
          ...each.map(([name, value]) => `${name}: ${number(value ?? NaN)}`),
        ].join("\n");
      },
    });
  },
};

async function profileOf(run, context) {
  const layer = run.layers.find(({ name }) => name === context.layer.name) ?? run.layers[0];
  const about = await fetchLayer(run, layer.name);
  const gradient = gradientIndex(about, `d_${layer.memory}`);
  if (gradient === null) return null;
  const place = context.isLast ? { step: -1 } : { near_step: context.step };
  const [now, before] = await Promise.all([
    fetchArray(run, layer.name, "gradient_norm", { gradient, most_time: 300, ...place }),
    fetchArray(run, layer.name, "gradient_norm", { gradient, most_time: 300, step: 0 }),
  ]);
  return now && before ? { run, layer, now, before } : null;
}
