// Runs that differ only in the seed are one group; a group has one colour in all panels.

import d3 from "./d3.js";
import { categories, dashes } from "./colours.js";

const SEED = "seed";
const FIRST = ["model.layer", "task", "task.length", "model.units", "optimizer.learning_rate"];

/** The settings in which the runs differ, without the seed. */
export function differing(runs) {
  const keys = [...new Set(runs.flatMap((run) => Object.keys(run.own)))].filter(
    (key) => key !== SEED,
  );
  const rank = (key) => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
  return keys.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/**
 * The groups of all runs: [{name, runs, colour, dash}]. A run without settings is alone.
 *
 * @param runs All runs, so that a group has the same colour whichever runs are ticked.
 * @param key The setting by which they are coloured; null: all settings in which they differ.
 */
export function groupsOf(runs, key) {
  const keys = differing(runs);
  const grouped = [...d3.group(runs, (run) => identity(run, keys)).values()];
  const names = namesOf(
    grouped.map(([run]) => run),
    keys,
  );
  const kinds = grouped.map(([run], i) => (key ? String(run.own[key]) : names[i]));
  const [colour, dash] = [categories([...new Set(kinds)]), dashes([...new Set(kinds)])];
  return grouped.map((members, i) => ({
    name: names[i],
    runs: members,
    colour: colour(kinds[i]),
    dash: dash(kinds[i]),
  }));
}

/** The groups of which some runs are ticked, with these runs only. */
export function tickedGroups(groups, ticked) {
  const some = groups.map((group) => ({
    ...group,
    runs: group.runs.filter((run) => ticked.includes(run)),
  }));
  return some.filter((group) => group.runs.length);
}

function identity(run, keys) {
  if (!hasSettings(run)) return run.name;
  const layer = run.layers[0];
  return JSON.stringify([
    layer.equation,
    layer.timesteps,
    ...keys.map((key) => run.own[key] ?? null),
  ]);
}

function hasSettings(run) {
  return run.has_settings;
}

/** Names of groups by as many settings as tell them apart. */
function namesOf(runs, keys) {
  for (let many = 1; many <= keys.length; many += 1) {
    const names = runs.map((run) => nameOf(run, keys.slice(0, many)));
    if (new Set(names).size === runs.length) return names;
  }
  return runs.map((run) => nameOf(run, keys));
}

function nameOf(run, keys) {
  if (!hasSettings(run)) return run.name;
  const given = keys.filter((key) => key in run.own);
  if (given.length) return given.map((key) => `${shortKey(key)}=${run.own[key]}`).join(", ");
  return keys.length ? `without ${keys.map(shortKey).join(", ")}` : "all runs";
}

/** units of model.units, layer.horizon of model.layer.horizon. */
function shortKey(key) {
  const parts = key.split(".");
  return parts.slice(parts.length > 2 ? -2 : -1).join(".");
}

/**
 * The median and the range of several curves, which are interpolated between their points, where at
 * least half of them are.
 *
 * @param curves Lists of [x, value], in the order of x.
 */
export function medianAndRange(curves) {
  const finite = curves.map((curve) => curve.filter(([, value]) => Number.isFinite(value)));
  const xs = d3.sort(new Set(finite.flat().map(([x]) => x)));
  const at = xs.map((x) => [
    x,
    finite.map((curve) => interpolated(curve, x)).filter((y) => y !== null),
  ]);
  const shown = at.filter(([, values]) => 2 * values.length >= curves.length && values.length);
  return {
    points: shown.map(([x, values]) => [x, d3.median(values)]),
    band:
      curves.length > 1 ? shown.map(([x, values]) => [x, d3.min(values), d3.max(values)]) : null,
  };
}

/** The value of a curve at x; null outside of it. */
function interpolated(curve, x) {
  const i = d3.bisector(([at]) => at).left(curve, x);
  if (i === curve.length) return null;
  const [to, end] = curve[i];
  if (to === x) return end;
  if (i === 0) return null;
  const [from, start] = curve[i - 1];
  return start + ((x - from) / (to - from)) * (end - start);
}
