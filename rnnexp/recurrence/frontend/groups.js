// Runs that differ only in the seed are one group; a group has one colour.

import d3 from "./d3.js";
import { categories } from "./colours.js";

const SEED = "seed";
const MOST_KEYS = 3;

/** The settings in which the runs differ, without the seed. */
export function differing(runs) {
  const keys = new Set(runs.flatMap((run) => Object.keys(run.own)));
  keys.delete(SEED);
  return [...keys].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

function rank(key) {
  return (
    ["model.layer", "task", "task.length", "model.units", "optimizer.learning_rate"].indexOf(
      key,
    ) >>> 0
  );
}

/**
 * The groups of the runs: [{name, runs, colour}].
 *
 * @param runs The runs.
 * @param key The setting by which they are coloured; null: all settings in which they differ.
 */
export function groupsOf(runs, key) {
  const keys = differing(runs);
  const by = d3.group(runs, (run) => groupName(run, keys, keys));
  const coloured = new Set([...by.values()].map(([run]) => colourName(run, key, keys)));
  const colour = categories([...coloured]);
  return [...by].map(([id, members]) => ({
    id,
    name: groupName(members[0], keys.slice(0, MOST_KEYS), keys),
    runs: members,
    colour: colour(colourName(members[0], key, keys)),
  }));
}

function groupName(run, shown, keys) {
  if (!keys.length) return "all runs";
  const short = (key) => key.split(".").at(-1);
  const given = keys.filter((key) => key in run.own && shown.includes(key));
  if (!given.length) return `without ${shown.map(short).join(", ")}`;
  return given.map((key) => `${short(key)}=${run.own[key]}`).join(", ");
}

function colourName(run, key, keys) {
  return key ? String(run.own[key]) : groupName(run, keys, keys);
}

/**
 * The median and the range of several curves at the steps at which at least half of them have a
 * value.
 *
 * @param curves Lists of [x, value].
 */
export function medianAndRange(curves) {
  const at = d3.group(
    curves.flat().filter(([, value]) => Number.isFinite(value)),
    ([x]) => x,
  );
  const shown = [...at].filter(([, points]) => 2 * points.length >= curves.length);
  const values = d3
    .sort(shown, ([x]) => x)
    .map(([x, points]) => [x, points.map(([, value]) => value)]);
  return {
    points: values.map(([x, each]) => [x, d3.median(each)]),
    band: curves.length > 1 ? values.map(([x, each]) => [x, d3.min(each), d3.max(each)]) : null,
  };
}
