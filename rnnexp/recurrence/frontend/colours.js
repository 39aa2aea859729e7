// Colours that readers with any colour vision tell apart.

import d3 from "./d3.js";

// Okabe and Ito (2008), without black and yellow, which cannot be seen on each page; lighter on a
// dark one.
const CATEGORIES = {
  light: ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#8c8c8c"],
  dark: ["#56b4e9", "#f0b93a", "#2fcf9c", "#ff8a4c", "#e6a3c8", "#8fa8ff", "#bdbdbd"],
};

const DASHES = [null, "7 3", "2 2", "9 3 2 3"]; // where there are more names than colours

/** A colour for each of several names. */
export function categories(names) {
  const scale = d3.scaleOrdinal(CATEGORIES[document.documentElement.dataset.theme]).domain(names);
  return (name) => scale(name);
}

/** The pattern of the line for each of several names, which tells equal colours apart. */
export function dashes(names) {
  const many = CATEGORIES.light.length;
  return (name) => DASHES[Math.floor(names.indexOf(name) / many) % DASHES.length];
}

/** From 0 to 1. */
export const share = d3.scaleSequential(d3.interpolateViridis).domain([0, 1]).clamp(true);

/** From 0 to the largest of some amounts. */
export function amounts(largest) {
  return d3
    .scaleSequential(d3.interpolateViridis)
    .domain([0, largest || 1])
    .clamp(true);
}

/** Powers of ten between two exponents. */
export function exponents(lowest, highest) {
  return d3.scaleSequential(d3.interpolateViridis).domain([lowest, highest]).clamp(true);
}

export const ZERO = "#9a9a9a"; // exactly zero
export const NO_NUMBER = "rgba(0, 0, 0, 0)";
