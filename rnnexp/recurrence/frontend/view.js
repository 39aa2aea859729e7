// What is looked at: one selection that all panels share, and its address.

/** The parts of the selection, as the address writes them; null is the default. */
const PARTS = {
  run: String,
  layer: String,
  step: Number, // null: the last one, also while training goes on
  t: Number, // null: the first timestep of the layer
  unit: Number, // from 0; null: the one that carries most
  sequence: Number, // from 1
  gradient: String, // of the gradient map; null: at the memory
  shown: String, // of the profile and the memory: "absolute" or null, relative to the last timestep
  colour: String, // the setting by which runs are coloured
  off: String, // the runs that are not ticked, or
  on: String, // the runs that are ticked beside the first ones
};
const SEPARATOR = "|";

export class View extends EventTarget {
  constructor() {
    super();
    this.#read();
    host().addEventListener("hashchange", () => {
      if (this.#written !== host().location.hash) {
        this.#read();
        this.#tell();
      }
    });
  }

  #written = "";

  /** Change parts of the selection; all panels follow. */
  set(parts) {
    Object.assign(this, parts);
    this.#write();
    this.#tell();
  }

  /** The names in the part `on` or `off`. */
  names(part) {
    return new Set(this[part] ? this[part].split(SEPARATOR) : []);
  }

  /** Tick or untick a run. */
  tick(name, ticked, isByDefault) {
    const part = isByDefault ? "off" : "on";
    const names = this.names(part);
    if (ticked === isByDefault) names.delete(name);
    else names.add(name);
    this.setNames({ [part]: names });
  }

  /** Change the names in the parts `on` and `off`. */
  setNames(parts) {
    const texts = Object.entries(parts).map(([part, names]) => [
      part,
      [...names].join(SEPARATOR) || null,
    ]);
    this.set(Object.fromEntries(texts));
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }

  #read() {
    const given = new URLSearchParams(host().location.hash.replace(/^#[^=&]*&?/, ""));
    for (const [part, type] of Object.entries(PARTS)) {
      const text = given.get(part);
      const value = text === null ? null : type(text);
      this[part] = Number.isNaN(value) ? null : value;
    }
  }

  #write() {
    const told = new URLSearchParams();
    for (const part of Object.keys(PARTS)) {
      if (this[part] !== null && this[part] !== undefined) told.set(part, this[part]);
    }
    const tab = /^#[^=&]*/.exec(host().location.hash)?.[0] || "#recurrence";
    this.#written = told.size ? `${tab}&${told}` : tab;
    host().history.replaceState(host().history.state, "", this.#written);
    this.#written = host().location.hash;
  }
}

/** The window whose address a reader sees: TensorBoard's, which holds this page in a frame. */
export function host() {
  try {
    void window.parent.location.hash;
    return window.parent;
  } catch {
    return window; // a frame of another site
  }
}
