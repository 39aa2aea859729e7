// The frame of a panel: title, what it shows, buttons to save it, and one SVG.

import d3 from "./d3.js";
import { hideTip } from "./draw/tip.js";
import { savePng, saveSvg } from "./saving.js";

export class Figure {
  /**
   * @param title What is shown.
   * @param caption How to read it, in a sentence.
   * @param columns How many of the page's six columns it takes.
   */
  constructor(name, title, caption, columns) {
    this.name = name;
    this.element = d3
      .create("section")
      .attr("class", "panel")
      .attr("id", name)
      .attr("tabindex", 0)
      .attr("aria-label", title)
      .style("grid-column", `span ${columns}`);
    const head = this.element.append("header");
    head.append("h3").text(title);
    this.controls = head.append("span").attr("class", "controls");
    this.#button(head, "PNG", savePng);
    this.#button(head, "SVG", saveSvg);
    this.element.append("p").attr("class", "caption").text(caption);
    this.note = this.element.append("p").attr("class", "note").attr("role", "status");
    this.body = this.element.append("div").attr("class", "body");
  }

  #button(head, kind, save) {
    head
      .append("button")
      .attr("type", "button")
      .attr("class", "save")
      .attr("aria-label", `Save ${this.name} as ${kind}`)
      .text(kind)
      .on("click", () => save(this.body.select("svg").node(), this.label));
  }

  /**
   * Say what is shown, for saved files.
   *
   * @param what The run, layer, step and so on, in a line.
   * @param stem The beginning of the name of a file.
   */
  describe(what, stem) {
    const title = this.element.attr("aria-label");
    this.label = { title, what, file: `${stem}_${this.name}` };
  }

  /** An empty drawing of the panel's width. Replaces the one before. */
  drawing(height) {
    hideTip();
    this.note.text("");
    this.body.selectChildren().remove();
    const width = Math.max(260, this.body.node().clientWidth);
    const svg = this.body
      .append("svg")
      .attr("width", width)
      .attr("height", height)
      .attr("viewBox", `0 0 ${width} ${height}`)
      .attr("role", "img")
      .attr("aria-label", this.element.attr("aria-label"));
    return { svg, width, height };
  }

  /** Say in place of the drawing why there is none. */
  say(text) {
    this.body.selectChildren().remove();
    this.note.text(text);
  }

  /** Say something beside the drawing. */
  remark(text) {
    this.note.text(text);
  }

  /** A menu in the panel's head. `options` are [value, text]. */
  menu(label, options, selected, changed) {
    const menu = this.controls
      .selectAll(`select[aria-label="${label}"]`)
      .data([null])
      .join("select")
      .attr("aria-label", label)
      .on("change", (event) => changed(event.target.value));
    menu
      .selectAll("option")
      .data(options)
      .join("option")
      .attr("value", ([value]) => value)
      .property("selected", ([value]) => value === selected)
      .text(([, text]) => text);
  }
}
