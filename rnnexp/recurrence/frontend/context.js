// What the panels need to know about the selection: the run, its layer, indices and defaults.

import d3 from "./d3.js";
import { fetchArray, fetchLayer, rowOf } from "./server.js";

/**
 * The selection with every default filled in; null while there is no run that can be read.
 *
 * @param view The selection.
 * @param runs The runs of the list.
 */
export async function contextOf(view, runs) {
  const readable = runs.filter((run) => !run.problem && run.layers.length);
  const run = readable.find((other) => other.name === view.run) ?? readable[0];
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
  const context = { run, layer, about, steps, step, first, t, last: steps.at(-1) ?? 0 };
  context.isLast = view.step === null;
  context.sequence = Math.min(Math.max(1, view.sequence ?? 1), sequences);
  context.sequences = sequences;
  context.gradients = about.labels.gradient ?? [];
  context.memory = `d_${layer.memory}`;
  return { ...context, ...(await orderOf(context, view)) };
}

/** The units by what they carry in the selected sequence at the selected step. */
async function orderOf(context, view) {
  const { amounts, shares } = (await carriedOf(context)) ?? {};
  const units = context.about.full.unit ?? context.layer.units ?? 0;
  const place = amounts ? d3.leastIndex(amounts.steps, (step) => Math.abs(step - context.step)) : 0;
  const amount = amounts?.rows[place] ?? new Float32Array(units).fill(NaN);
  const order = d3.range(amount.length);
  order.sort((a, b) => (amount[b] || 0) - (amount[a] || 0) || a - b);
  const unit = view.unit !== null && view.unit < units ? view.unit : (order[0] ?? 0);
  return { units, order, unit, amount, share: shares?.rows[place], place };
}

/**
 * What each unit carries from the layer's first timestep to the end, at each kept step: the size of
 * its memory after the first timestep, times the share that the gates carry.
 *
 * @returns {amounts, shares}, each {steps, rows: [numbers of all units, …]}; null where the file
 *   has no values of single units.
 */
export async function carriedOf(context) {
  const kept_time = context.layer.direction === "backward" ? -1 : 0;
  const query = { sequence: context.sequence - 1, kept_time, most_snapshot: 200, most_unit: 512 };
  const [share, state] = await Promise.all([
    fetchOf(context, "unit_carried", query),
    fetchOf(context, `unit_${context.layer.memory}`, query),
  ]);
  if (!share || !state) return null;
  const steps = share.labels.snapshot;
  const rows = (array) => steps.map((_, i) => rowOf(array, i));
  const amount = { ...share, data: share.data.map((value, i) => value * Math.abs(state.data[i])) };
  return { amounts: { steps, rows: rows(amount) }, shares: { steps, rows: rows(share) } };
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
