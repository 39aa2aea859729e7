// The training step that is looked at: a slider, and a button that plays the training.

import { stepName } from "./format.js";
import { isVisible } from "./theme.js";

const FRAME = 250; // milliseconds, at least
const FRAMES = 60; // at most; of a long training, some measurements are left out

export class Scrubber {
  #isPlaying = false;

  /**
   * @param shown Returns a promise that is kept when the selected step is drawn.
   */
  constructor(root, view, shown) {
    this.view = view;
    this.shown = shown;
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

  async toggle() {
    this.#isPlaying = !this.#isPlaying;
    if (!this.#isPlaying) return;
    this.#show(true);
    if (this.context.step === this.context.last) this.#go(0);
    const stride = Math.ceil(this.context.steps.length / FRAMES);
    while (this.#isPlaying && isVisible() && this.context.step !== this.context.last) {
      const frame = new Promise((done) => setTimeout(done, FRAME));
      await Promise.all([frame, this.shown()]);
      if (this.#isPlaying) this.move(stride);
      await this.shown();
    }
    this.#isPlaying = false;
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
