// What the panels need to know about the selection: the run, its layer, indices and defaults.

import d3 from "./d3.js";
import { fetchArray, fetchLayer } from "./server.js";

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

/** The units by what they carry from the first timestep to the end at the selected step. */
async function orderOf(context, view) {
  const units = context.about.full.unit ?? context.layer.units ?? 0;
  const array = await fetchOf(context, "carried_from_start", { near_step: context.step, most_unit: 1024 });
  const carried = array?.data ?? new Float32Array(units).fill(NaN);
  const order = d3.range(carried.length);
  order.sort((a, b) => (carried[b] || 0) - (carried[a] || 0) || a - b);
  const unit = view.unit !== null && view.unit < units ? view.unit : (order[0] ?? 0);
  return { units, carried, order, unit };
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

/** Whether t is the layer's first timestep, and so on: the layer's own order of timesteps. */
export function isBackward(context) {
  return context.layer.direction === "backward";
}

