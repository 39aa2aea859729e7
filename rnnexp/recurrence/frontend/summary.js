// One sentence that answers the question of the page.

import d3 from "./d3.js";
import { carriedOf, fetchOf, gradientIndex } from "./context.js";
import { number, percent, stepName } from "./format.js";

const [LITTLE, HALF] = [0.01, 0.5];

/** Sentences about the selected layer at the selected step, to be read from left to right. */
export async function summaryOf(context) {
  const gradient = gradientIndex(context.about, context.memory);
  const [carried, horizon, farthest, counts] = await Promise.all([
    carriedOf(context),
    gradient === null ? null : fetchOf(context, "horizon", { gradient, most_step: 200 }),
    gradient === null ? null : fetchOf(context, "farthest", { gradient, near_step: context.step }),
    fetchOf(context, "gate_counts", { step: 0 }),
  ]);
  const sentences = [
    memorySentence(context, carried),
    horizonSentence(context, horizon, farthest),
    saturationSentence(context, counts),
  ].filter(Boolean);
  if (sentences.length) return sentences;
  return [`${context.steps.length} measurements, the last at ${stepName(context.last)}.`];
}

function memorySentence(context, carried) {
  if (!carried) return null;
  const infinite = d3.sum(context.amount, (amount) => !Number.isFinite(amount));
  if (infinite)
    return `${infinite} of ${context.units} units are not finite at ${stepName(context.step)}: the training has diverged.`;
  if (context.isUngated) return null;
  const { place, first, sequence } = context;
  const best = context.order[0];
  const at = carried.units.indexOf(best);
  const [amount, share] = [context.amount[at], context.share[at]];
  const where = `In sequence ${sequence}`;
  if (!(d3.max(context.share) >= LITTLE)) {
    return `${where}, no unit carries as much as ${percent(LITTLE)} of its memory after t = ${first} to the end by its gates.`;
  }
  const told =
    `${where}, unit ${best} brings the largest amount from t = ${first} to the end: ${number(amount)}, ` +
    `which is ${percent(share)} of its memory then`;
  if (!place) return `${told}.`;
  const amounts = carried.amounts.map((row) => row[at]);
  let since = place;
  while (since > 0 && amounts[since - 1] >= amounts[place] / 2) since -= 1;
  const before = `${stepName(carried.steps[0])} ${percent(carried.shares[0][at])}`;
  const when = since === 0 ? "already" : "since";
  return `${told} (${before}). It has brought at least half as much ${when} ${stepName(carried.steps[since])}.`;
}

function horizonSentence(context, horizon, farthest) {
  if (!horizon || !context.layer.timesteps) return null;
  const { step: steps } = horizon.labels;
  const now = d3.leastIndex(steps, (step) => Math.abs(step - context.step));
  if (!Number.isFinite(horizon.data[now])) return null;
  const whole = farthest?.data[0] ?? context.layer.timesteps - 1;
  const before = now === 0 ? "" : ` (${stepName(steps[0])} ${number(horizon.data[0])})`;
  return `The gradient reaches ${number(horizon.data[now])} of ${whole} timesteps back${before}.`;
}

function saturationSentence(context, counts) {
  if (!counts || context.steps[0] !== 0) return null;
  const [gates, bins] = counts.shape;
  const saturated = d3.range(gates).map((i) => {
    const row = counts.data.subarray(i * bins, (i + 1) * bins);
    const ends = d3.sum(row, (count, bin) =>
      bin < bins / 10 || bin >= (9 * bins) / 10 ? count : 0,
    );
    return ends / d3.sum(row);
  });
  const worst = d3.maxIndex(saturated);
  if (!(saturated[worst] > HALF)) return null;
  return (
    `Before training, ${percent(saturated[worst])} of the values of gate ${counts.labels.gate[worst]} were below 0.1 or ` +
    "above 0.9. Initial biases for long memories do that on purpose, inputs that are not scaled by accident."
  );
}
