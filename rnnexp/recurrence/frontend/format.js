// Numbers and names as a reader sees them.

import d3 from "./d3.js";

const short = d3.format(".3~g");
const shorter = (value) => (value < 1e-3 ? number(value) : d3.format(".2~g")(value));

/** A number with three digits, such as 0.0123, 1,240 or 3.1e-9. */
export function number(value) {
  if (value === null || Number.isNaN(value)) return "no number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(1).replace("-", "−");
  if (Number.isInteger(value)) return d3.format(",")(value).replace("-", "−");
  return short(value);
}

/** A share as a percentage. */
export function percent(share) {
  if (Number.isNaN(share)) return "no number";
  const value = 100 * share;
  return `${value > 0 && value < 1 ? shorter(value) : Math.round(value)} %`;
}

/** The power of ten as an axis writes it: 10⁻³. */
export function power(exponent) {
  const signs = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const digits = [...String(Math.abs(exponent))].map((digit) => signs[digit]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** A gradient as a formula: d_h is dL/dh, delta_z is δ of z. */
export function gradientName(name) {
  if (name.startsWith("delta_")) return `δ of ${name.slice(6)}`;
  return name.startsWith("d_") ? `dL/d${name.slice(2)}` : name;
}

/** What a step is called in a sentence. */
export function stepName(step) {
  return step === 0 ? "before training" : `step ${number(step)}`;
}
