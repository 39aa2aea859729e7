// The training step that is looked at: a slider, and a button that plays the training.

import d3 from "./d3.js";
import { stepName } from "./format.js";

const FRAME = 250; // milliseconds

export class Scrubber {
  #timer = null;

  constructor(root, view) {
    this.view = view;
    this.play = root
      .append("button")
      .attr("type", "button")
      .attr("class", "play")
      .on("click", () => this.toggle());
    this.slider = root
      .append("input")
      .attr("type", "range")
      .attr("min", 0)
      .attr("aria-label", "Training step")
      .on("input", (event) => this.#go(Number(event.target.value)));
    this.label = root.append("output");
    this.#show(false);
  }

  draw(context) {
    this.context = context;
    const at = context.steps.indexOf(context.step);
    this.slider.attr("max", context.steps.length - 1).property("value", at);
    const many = `measurement ${at + 1} of ${context.steps.length}`;
    this.label.text(`${stepName(context.step)} (${many}${context.isLast ? ", following" : ""})`);
  }

  /** Go so many measurements forwards or backwards. */
  move(by) {
    const at = this.context.steps.indexOf(this.context.step);
    this.#go(Math.max(0, Math.min(this.context.steps.length - 1, at + by)));
  }

  toggle() {
    if (this.#timer) return this.#stop();
    if (this.context.step === this.context.last) this.#go(0);
    this.#show(true);
    this.#timer = d3.interval(() => {
      if (this.context.step === this.context.last) return this.#stop();
      this.move(1);
    }, FRAME);
  }

  #stop() {
    this.#timer?.stop();
    this.#timer = null;
    this.#show(false);
  }

  #show(isPlaying) {
    this.play
      .text(isPlaying ? "❚❚" : "▶")
      .attr("aria-label", isPlaying ? "Pause" : "Play the training");
  }

  #go(index) {
    const { steps } = this.context;
    this.view.set({ step: index === steps.length - 1 ? null : steps[index] });
  }
}
