// The list of runs at the left: which one is looked at, and which ones are compared.

import { differing } from "./groups.js";
import { number } from "./format.js";

const MOST_TICKED = 12; // by default; each run costs some requests
const MOST_TICKED_AT_ONCE = 60;

/** The ticked ones of the runs that can be read. */
export function tickedRuns(view, runs) {
  const [on, off] = [view.names("on"), view.names("off")];
  return runs.filter((run, i) => (i < MOST_TICKED ? !off.has(run.name) : on.has(run.name)));
}

/** The runs whose file can be read. */
export function readable(runs) {
  return runs.filter((run) => !run.problem && run.layers.length);
}

/** Tick exactly these runs. */
function tickOnly(view, runs, ticked) {
  const names = (some) => some.map((run) => run.name);
  const [first, others] = [runs.slice(0, MOST_TICKED), runs.slice(MOST_TICKED)];
  view.setNames({
    off: names(first.filter((run) => !ticked.includes(run))),
    on: names(others.filter((run) => ticked.includes(run))),
  });
}

/** Draw the list. */
export function drawRuns(root, view, context, listing) {
  const runs = readable(listing.runs);
  const colours = new Map(
    (context.groups ?? []).flatMap(({ runs: members, colour }) =>
      members.map((run) => [run, colour]),
    ),
  );
  const ticked = new Set(tickedRuns(view, runs));
  const nameOf = shortNames(runs);
  drawMenu(root.select(".colour-by"), view, runs);
  const filter = root.select("input.filter").property("value").toLowerCase();
  const shown = runs.filter((run) => `${run.name} ${run.title}`.toLowerCase().includes(filter));
  root
    .select("button.all")
    .on("click", () => tickOnly(view, runs, shown.slice(0, MOST_TICKED_AT_ONCE)));
  root.select("button.none").on("click", () => tickOnly(view, runs, []));
  const items = root
    .select("ul.runs")
    .selectAll("li")
    .data(shown, (run) => run.name)
    .join((enter) => newItem(enter.append("li")))
    .classed("primary", (run) => run === context.run)
    .attr(
      "title",
      (run) =>
        `${run.name}\n${run.title}\n${run.steps} measurements, the last at step ${number(run.last_step)}`,
    );
  items
    .select("input")
    .attr("aria-label", (run) => `Compare ${run.name}`)
    .property("checked", (run) => ticked.has(run))
    .on("change", (event, run) =>
      view.tick(run.name, event.target.checked, runs.indexOf(run) < MOST_TICKED),
    );
  items.select(".swatch").style("background", (run) => colours.get(run));
  items
    .select("button")
    .attr("aria-pressed", (run) => run === context.run)
    .text((run) => nameOf(run))
    .on("click", (_, run) => view.set({ run: run.name, layer: null, unit: null }));
  drawProblems(root.select("ul.problems"), listing);
}

function newItem(item) {
  item.append("input").attr("type", "checkbox");
  item.append("span").attr("class", "swatch");
  item.append("button").attr("type", "button");
  return item;
}

/** A function of a run: the last part of its path, without what is the same in all names. */
function shortNames(runs) {
  const partsOf = (run) => run.name.split("/").at(-1).split("_");
  const common = new Set(runs.length ? partsOf(runs[0]) : []);
  for (const run of runs) {
    const own = new Set(partsOf(run));
    for (const part of common) if (!own.has(part)) common.delete(part);
  }
  return (run) => {
    if (run.name === ".") return "this folder";
    const parts = partsOf(run);
    const short = parts.filter((part) => !common.has(part));
    return (short.length ? short : parts).join("_");
  };
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
  const told = listing.runs
    .filter((run) => run.problem)
    .map((run) => `${run.name}: ${run.problem}`);
  if (listing.others) told.push(`${number(listing.others)} more runs have no diagnostics.nc.`);
  list
    .selectAll("li")
    .data(told)
    .join("li")
    .text((text) => text);
}
