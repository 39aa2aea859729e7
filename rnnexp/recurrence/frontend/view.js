// What is looked at: one selection that all panels share, and its address.

/** The parts of the selection, as the address writes them; null is the default. */
const PARTS = {
  run: String,
  layer: String,
  step: whole, // null: the last one, also while training goes on
  t: whole, // null: the first timestep of the layer
  unit: whole, // from 0; null: the one that carries most
  sequence: whole, // from 1
  gradient: String, // of the gradient map; null: at the memory
  shown: String, // of the profile and the memory: "absolute" or null, relative to the last timestep
  colour: String, // the setting by which runs are coloured
  off: String, // the runs that are not ticked, or
  on: String, // the runs that are ticked beside the first ones
};
const SEPARATOR = "|";
const TAB = "#recurrence";

const PAUSE = 1000; // milliseconds; quicker changes are one entry of the browser's history

export class View extends EventTarget {
  #written = "";
  #others = []; // what the address has besides PARTS
  #time = -PAUSE;

  constructor() {
    super();
    this.#read();
    host().addEventListener("hashchange", () => {
      if (this.#written !== host().location.hash && isTab()) {
        this.#read();
        this.#tell();
      }
    });
  }

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
      this[part] = text === null ? null : type(text);
    }
    this.#others = [...given].filter(([part]) => !(part in PARTS));
  }

  #write() {
    if (!isTab()) return; // another tab is shown, and the address is its own
    const told = new URLSearchParams(this.#others);
    for (const part of Object.keys(PARTS)) {
      if (this[part] !== null && this[part] !== undefined) told.set(part, this[part]);
    }
    const address = told.size ? `${TAB}&${told}` : TAB;
    const now = performance.now();
    const { history } = host();
    if (now - this.#time < PAUSE) history.replaceState(history.state, "", address);
    else history.pushState(history.state, "", address);
    this.#time = now;
    this.#written = host().location.hash;
  }
}

function whole(text) {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}

function isTab() {
  return host() === window || /^#recurrence(&|$)/.test(host().location.hash);
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
