// The page: list of runs, scrubber, panels, and how they are kept up to date.

import d3 from "./d3.js";
import { contextOf } from "./context.js";
import { Figure } from "./figure.js";
import { stepName } from "./format.js";
import { groupsOf } from "./groups.js";
import { KEYS, listenToKeys } from "./keys.js";
import { distribution } from "./panels/distribution.js";
import { equations } from "./panels/equations.js";
import { gates } from "./panels/gates.js";
import { gradientMap } from "./panels/gradient_map.js";
import { memory } from "./panels/memory.js";
import { profile } from "./panels/profile.js";
import { profiles } from "./panels/profiles.js";
import { sequence } from "./panels/sequence.js";
import { terms } from "./panels/terms.js";
import { unit } from "./panels/unit.js";
import { units } from "./panels/units.js";
import { drawRuns, readable, tickedRuns } from "./runs_list.js";
import { Scrubber } from "./scrubber.js";
import { fetchRuns } from "./server.js";
import { summaryOf } from "./summary.js";
import { isVisible } from "./theme.js";
import { View } from "./view.js";

const PANELS = [
  units,
  gates,
  unit,
  distribution,
  sequence,
  gradientMap,
  profile,
  terms,
  profiles,
  memory,
  equations,
];
const RUN = PANELS.filter((panel) => !panel.comparesRuns);
const COMPARING = PANELS.filter((panel) => panel.comparesRuns);
const SCORES_PAUSE = 30_000; // milliseconds; TensorBoard may read scores after the file has ended
const [SHORT_PAUSE, PAUSE] = [1000, 4000]; // milliseconds between two looks at the list of runs

export class Page {
  #round = 0; // of drawing; an older one must not draw over a newer one
  #drawn = Promise.resolve(); // when the run that is looked at is drawn
  #context = null;
  #listing = { runs: [], others: 0, problem: null };
  #preferred = null; // the run that is shown until another is selected
  #isBroken = false; // whether TensorBoard did not answer
  #compared = 0; // when the runs were last compared

  constructor(body) {
    this.view = new View();
    const page = d3.select(body).append("div").attr("class", "page");
    this.side = sideOf(page.append("nav").attr("aria-label", "Runs"));
    this.side.select("input.filter").on("input", () => this.#drawList());
    this.main = page.append("main").attr("aria-busy", true);
    const top = this.main.append("div").attr("class", "top");
    this.title = top.append("h2");
    const scrubber = top.append("div").attr("class", "scrubber");
    this.scrubber = new Scrubber(scrubber, this.view, () => this.#drawn);
    this.layers = top.append("select").attr("aria-label", "Layer");
    this.summary = this.main.append("p").attr("class", "summary").attr("aria-live", "polite");
    this.panels = this.main.append("div").attr("class", "panels");
    this.figures = PANELS.map((panel) => {
      const figure = new Figure(panel.name, panel.title, panel.caption, panel.columns);
      this.panels.append(() => figure.element.node());
      return figure;
    });
    listenToKeys(this.view, this.scrubber, () => this.#context);
  }

  async start() {
    window.focus(); // so that the keyboard works without a click
    this.view.addEventListener("change", () => this.redraw());
    window.addEventListener("resize", () => isVisible() && this.redraw());
    for (;;) {
      if (isVisible()) await this.#look();
      const pause = this.#listing.pending ? SHORT_PAUSE : PAUSE;
      await new Promise((done) => setTimeout(done, pause));
    }
  }

  /** Draw everything as it is selected now. The page is busy until all of it is drawn. */
  async redraw() {
    const round = (this.#round += 1);
    const isOld = () => round !== this.#round;
    this.main.attr("aria-busy", true);
    const first = this.#drawRun(isOld);
    this.#drawn = first.catch(() => {});
    try {
      await first;
      if (this.#context && !isOld()) await this.#drawPanels(COMPARING, isOld); // these ask the most
      this.#compared = performance.now();
    } catch (error) {
      if (!isOld()) this.summary.text(error.message);
    }
    if (!isOld()) this.main.attr("aria-busy", Boolean(this.#listing.pending));
  }

  /** Ask for the runs, and draw if there is anything new. */
  async #look() {
    try {
      const listing = await fetchRuns();
      const isNew = JSON.stringify(listing) !== JSON.stringify(this.#listing);
      if (isNew) this.#listing = listing;
      const scoresAreOld = performance.now() - this.#compared > SCORES_PAUSE;
      if (isNew || !this.#context || this.#isBroken) await this.redraw();
      else if (scoresAreOld) {
        this.#compared = performance.now();
        const round = this.#round;
        await this.#drawPanels([memory], () => round !== this.#round);
      }
      this.#isBroken = false;
    } catch (error) {
      this.#isBroken = true;
      this.summary.text(`TensorBoard does not answer: ${error.message}`);
      this.main.attr("aria-busy", false);
    }
  }

  /** Draw the list, the sentence, and the panels of the run that is looked at. */
  async #drawRun(isOld) {
    const runs = readable(this.#listing.runs);
    if (!this.#listing.pending) this.#preferred ??= mostCarrying(runs);
    const context = await contextOf(this.view, runs, this.#preferred);
    if (isOld()) return;
    const ticked = tickedRuns(this.view, runs);
    this.#context = context && { ...context, ticked, groups: groupsOf(runs, this.view.colour) };
    this.#drawList();
    this.panels.style("display", context ? null : "none");
    if (!context) return this.#sayNothing();
    this.#drawTop(context);
    const panels = this.#drawPanels(RUN, isOld);
    const sentences = await summaryOf(context).catch((error) => [error.message]);
    if (!isOld()) this.summary.text([...this.#missing(context), ...sentences].join(" "));
    await panels;
  }

  #drawList() {
    drawRuns(this.side, this.view, this.#context ?? {}, this.#listing);
  }

  async #drawPanels(panels, isOld) {
    const context = this.#context;
    const draw = async (panel) => {
      const figure = this.figures[PANELS.indexOf(panel)];
      try {
        const loaded = await panel.load(context, this.view);
        if (isOld()) return;
        figure.describe(...labelOf(context));
        panel.draw(figure, loaded, context, this.view);
      } catch (error) {
        if (!isOld()) figure.say(error.message);
      }
    };
    await Promise.all(panels.map(draw));
  }

  /** A sentence where the address names a run that is not in the list. */
  #missing({ run }) {
    const { run: name } = this.view;
    return name && name !== run.name
      ? [`The run “${name}” is not here; this is “${run.name}”.`]
      : [];
  }

  #drawTop(context) {
    this.title.text(context.run.title || context.run.name).attr("title", context.run.name);
    this.scrubber.draw(context);
    this.layers
      .on("change", (event) =>
        this.view.set({ layer: event.target.value, unit: null, t: null, gradient: null }),
      )
      .selectAll("option")
      .data(context.run.layers)
      .join("option")
      .attr("value", (layer) => layer.name)
      .property("selected", (layer) => layer.name === context.layer.name)
      .text(
        (layer) => `${layer.name}: ${layer.equation}, ${layer.units} units, T = ${layer.timesteps}`,
      );
  }

  #sayNothing() {
    this.title.text("Recurrence");
    const first =
      this.#listing.problem ??
      "There is no run with a diagnostics.nc that can be read below --logdir.";
    this.summary.text(
      `${first} Train with “rnnexp train”, or add rnnexp.callbacks.GateStatistics and TimestepGradients to model.fit. ` +
        "A run that is training appears here after 30 seconds.",
    );
  }
}

/** The name of the run whose first layer carries most from the start to the end. */
function mostCarrying(runs) {
  return d3.greatest(runs, (run) => run.layers[0].carried ?? -1)?.name ?? null;
}

/** What saved files say: the selection in a line, and the beginning of their name. */
function labelOf({ run, layer, step, t, unit, sequence }) {
  const what = `${run.title || run.name} · ${layer.name}, T = ${layer.timesteps} · ${stepName(step)}`;
  const stem = run.name
    .split("/")
    .at(-1)
    .replaceAll(/[^\w=.-]+/g, "_");
  return [`${what} · sequence ${sequence}, t = ${t}, unit ${unit}`, `${stem}_step${step}`];
}

function sideOf(nav) {
  nav.append("h1").text("Recurrence");
  nav
    .append("input")
    .attr("class", "filter")
    .attr("type", "search")
    .attr("placeholder", "Filter runs")
    .attr("aria-label", "Filter runs");
  const colour = nav.append("label").attr("class", "colour-by").text("Colour by ");
  colour.append("select").attr("aria-label", "Colour by");
  const ticks = nav.append("div").attr("class", "ticks");
  ticks.append("button").attr("type", "button").attr("class", "all").text("Tick shown");
  ticks.append("button").attr("type", "button").attr("class", "none").text("Untick all");
  nav.append("ul").attr("class", "runs");
  nav.append("ul").attr("class", "problems");
  const keys = nav.append("details");
  keys.append("summary").text("Keyboard");
  const rows = keys.append("dl").selectAll("div").data(KEYS).join("div");
  rows.append("dt").text(([key]) => key);
  rows.append("dd").text(([, what]) => what);
  return nav;
}
