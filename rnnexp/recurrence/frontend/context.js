// What the panels need to know about the selection: the run, its layer, indices and defaults.

import d3 from "./d3.js";
import { fetchArray, fetchLayer, rowOf } from "./server.js";

export const MOST_UNITS = 4096; // as many as the server sends

/**
 * The selection with every default filled in; null while there is no run that can be read.
 *
 * @param view The selection.
 * @param runs The runs of the list that can be read.
 * @param preferred The name of the run that is shown where the selection names none.
 */
export async function contextOf(view, runs, preferred) {
  const named = (name) => runs.find((other) => other.name === name);
  const run = named(view.run) ?? named(preferred) ?? runs[0];
  if (!run) return null;
  const layer = run.layers.find((other) => other.name === view.layer) ?? run.layers[0];
  const about = await fetchLayer(run, layer.name);
  const steps = about.labels.step ?? [];
  const asked = view.step ?? steps.at(-1) ?? 0;
  const step = steps[d3.leastIndex(steps, (other) => Math.abs(other - asked))] ?? 0;
  const times = about.labels.time ?? about.labels.kept_time ?? [];
  const first = layer.direction === "backward" ? times.at(-1) : times[0];
  const t = view.t === null ? first : Math.min(Math.max(1, view.t), layer.timesteps ?? view.t);
  const sequences = about.full.sequence ?? 1;
  const context = { run, layer, about, steps, step, first, t, last: steps.at(-1) ?? 0, sequences };
  context.isLast = view.step === null;
  context.sequence = Math.min(Math.max(1, view.sequence ?? 1), sequences);
  context.gradients = about.labels.gradient ?? [];
  context.memory = `d_${layer.memory}`;
  return { ...context, ...(await orderOf(context, view)) };
}

/** The units by what they carry in the selected sequence at the selected step. */
async function orderOf(context, view) {
  const carried = await carriedOf(context);
  const units = context.about.full.unit ?? context.layer.units ?? 0;
  if (!carried)
    return { units, order: d3.range(units), unit: within(view.unit ?? 0, units), place: 0 };
  const place = d3.leastIndex(carried.steps, (step) => Math.abs(step - context.step));
  const [amount, share] = [carried.amounts[place], carried.shares[place]];
  const order = d3.range(amount.length);
  order.sort((a, b) => (amount[b] || 0) - (amount[a] || 0) || a - b);
  const unit = within(view.unit ?? carried.units[order[0]] ?? 0, units);
  const isUngated = !context.layer.gates.length && !d3.some(share, (value) => value > 0);
  return {
    units,
    order: order.map((i) => carried.units[i]),
    unit,
    amount,
    share,
    place,
    isUngated,
  };
}

function within(unit, units) {
  return Math.max(0, Math.min(units - 1, unit));
}

/**
 * What each unit carries from the layer's first timestep to the end, at each kept step: the size of
 * its memory after the first timestep, times the share that the gates carry.
 *
 * @returns {steps, units, amounts, shares, largest}: units are their numbers, from 0; amounts and
 *   shares a row of all these units for each step; largest the largest memory after the first
 *   timestep. Null where the file has no values of single units.
 */
export async function carriedOf(context) {
  const kept_time = context.layer.direction === "backward" ? -1 : 0;
  const query = {
    sequence: context.sequence - 1,
    kept_time,
    most_snapshot: 200,
    most_unit: MOST_UNITS,
  };
  const [share, state] = await Promise.all([
    fetchOf(context, "unit_carried", query),
    fetchOf(context, `unit_${context.layer.memory}`, query),
  ]);
  if (!share || !state) return null;
  const sizes = state.data.map(Math.abs);
  const amount = { ...share, data: share.data.map((value, i) => value * sizes[i]) };
  const steps = share.labels.snapshot;
  const rows = (array) => steps.map((_, i) => rowOf(array, i));
  return {
    steps,
    units: unitsOf(share),
    amounts: rows(amount),
    shares: rows(share),
    largest: d3.max(sizes) ?? 0,
  };
}

/** The numbers of the units in an array, from 0; a long dimension may be thinned. */
export function unitsOf(array) {
  return array.labels.unit.map((label) => label - 1);
}

/** A stretch of a variable of the selected layer; null where there is none. */
export function fetchOf(context, name, query) {
  if (!(name in context.about.variables)) return Promise.resolve(null);
  return fetchArray(context.run, context.layer.name, name, query);
}

/** The values of every unit at the kept step nearest to the selected one. */
export function fetchUnits(context, name, query = {}) {
  const place = { near_snapshot: context.step, sequence: context.sequence - 1 };
  return fetchOf(context, `unit_${name}`, { ...place, ...query });
}

/** The index of a gradient in a layer's arrays; null where it was not measured. */
export function gradientIndex(about, name) {
  const index = (about.labels.gradient ?? []).indexOf(name);
  return index < 0 ? null : index;
}
