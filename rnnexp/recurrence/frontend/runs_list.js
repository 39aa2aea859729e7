// The list of runs at the left: which one is looked at, and which ones are compared.

import { differing, groupsOf } from "./groups.js";
import { number } from "./format.js";

const MOST_TICKED = 20; // by default; each run costs some requests

/** The ticked runs that can be read. */
export function tickedRuns(view, runs) {
  const [on, off] = [view.names("on"), view.names("off")];
  return readable(runs).filter((run, i) => (i < MOST_TICKED ? !off.has(run.name) : on.has(run.name)));
}

function readable(runs) {
  return runs.filter((run) => !run.problem && run.layers.length);
}

/** Draw the list. */
export function drawRuns(root, view, context, listing) {
  const runs = readable(listing.runs);
  const groups = groupsOf(runs, view.colour);
  const colours = new Map(groups.flatMap(({ runs: members, colour }) => members.map((run) => [run, colour])));
  const ticked = new Set(tickedRuns(view, listing.runs));
  drawMenu(root.select(".colour-by"), view, runs);
  const filter = root.select("input.filter").property("value").toLowerCase();
  const shown = runs.filter((run) => `${run.name} ${run.title}`.toLowerCase().includes(filter));
  const items = root
    .select("ul.runs")
    .selectAll("li")
    .data(shown, (run) => run.name)
    .join((enter) => newItem(enter.append("li")))
    .classed("primary", (run) => run === context.run)
    .attr("title", (run) => `${run.name}\n${run.title}\n${run.steps} looks, the last at step ${number(run.last_step)}`);
  items
    .select("input")
    .attr("aria-label", (run) => `Compare ${run.name}`)
    .property("checked", (run) => ticked.has(run))
    .on("change", (event, run) => view.tick(run.name, event.target.checked, runs.indexOf(run) < MOST_TICKED));
  items.select(".swatch").style("background", (run) => colours.get(run));
  items
    .select("button")
    .attr("aria-pressed", (run) => run === context.run)
    .text((run) => shortName(run.name))
    .on("click", (_, run) => view.set({ run: run.name, layer: null, step: null, unit: null, t: null }));
  drawProblems(root.select("ul.problems"), listing);
}

function newItem(item) {
  item.append("input").attr("type", "checkbox");
  item.append("span").attr("class", "swatch");
  item.append("button").attr("type", "button");
  return item;
}

/** The last part of a path, where it says enough. */
function shortName(name) {
  return name === "." ? "this folder" : name.split("/").at(-1);
}

function drawMenu(menu, view, runs) {
  const keys = differing(runs);
  menu.style("display", keys.length ? null : "none");
  menu
    .select("select")
    .on("change", (event) => view.set({ colour: event.target.value || null }))
    .selectAll("option")
    .data([["", "setting"], ...keys.map((key) => [key, key])])
    .join("option")
    .attr("value", ([key]) => key)
    .property("selected", ([key]) => key === (view.colour ?? ""))
    .text(([, text]) => text);
}

function drawProblems(list, listing) {
  const told = listing.runs.filter((run) => run.problem).map((run) => `${run.name}: ${run.problem}`);
  if (listing.others) told.push(`${number(listing.others)} more runs have no diagnostics.nc.`);
  list.selectAll("li").data(told).join("li").text((text) => text);
}

