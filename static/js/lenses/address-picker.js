/**
 * Any number by keyboard: which array, and which place in it, counted from 1 as in the symbols. Sets store.selection, as a click on the
 * network does.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { h } from "../telling/parts.js";
import { axisTitles, titleOf } from "./address-words.js";
import { shapeAt } from "../base/shape.js";
import { linkName, parseAddress } from "../base/view.js";

/** What every link has besides its parameters; of the first also what it reads. */
const NODES = ["output", "grad_output"];
const ENTRY = ["input", "grad_input"];

export class AddressPicker {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.array = /** @type {HTMLSelectElement} */ (h("select", { onchange: () => this.changed(true) }));
    this.places = h("span", { class: "picker-places" });
    this.element = h("form", { class: "picker", "aria-label": "Which number", onsubmit: (/** @type {Event} */ e) => e.preventDefault() }, h("label", {}, "Number ", this.array), this.places);
    this.built = "";
    this.titled = "";
  }

  /** The arrays of this architecture. */
  build() {
    const layers = this.store.get("experiment.layers") ?? [];
    const params = this.store.get("info.param_shapes") ?? [];
    const key = JSON.stringify([layers.map((/** @type {any} */ l) => l.kind), params]);
    if (key === this.built) return;
    this.built = key;
    this.array.replaceChildren(...layers.map((/** @type {any} */ layer, /** @type {number} */ i) => {
      const names = [...(i === 0 ? ENTRY : []), ...Object.keys(params[i] ?? {}), ...NODES];
      const options = names.map((name) => h("option", { value: `${i}/${name}` }, titleOf(this.store, i, name)));
      return h("optgroup", { label: `${linkName(this.store, layer.kind)}, link ${i + 1}` }, options);
    })); // prettier-ignore
  }

  /** @param {string} address */
  show(address) {
    this.build();
    const at = parseAddress(address);
    if (!at) return;
    // What a link reads is what the link before it gives.
    const before = at.link > 0 && ENTRY.includes(at.what);
    const value = before ? `${at.link - 1}/${at.what.replace("input", "output")}` : `${at.link}/${at.what}`;
    if (this.array.value !== value) this.array.value = value;
    this.axes();
    this.inputs().forEach((input, axis) => {
      if (document.activeElement !== input) input.value = String((at.index[axis] ?? 0) + 1);
    });
  }

  /** @returns {(HTMLInputElement|HTMLSelectElement)[]} */
  inputs() {
    return [...this.places.querySelectorAll(/** @type {"input"} */ ("input, select"))];
  }

  /** @returns {number[]} */
  shape() {
    const [link, name] = this.array.value.split("/");
    return shapeAt(this.store.get("info"), Number(link), name) ?? [];
  }

  /** A field for every axis of the chosen array. */
  axes() {
    const shape = this.shape();
    const key = `${this.array.value} ${shape}`;
    if (key === this.titled) return;
    this.titled = key;
    const [link, name] = this.array.value.split("/");
    this.places.replaceChildren(...axisTitles(this.store, Number(link), name, shape).map((title, axis) =>
      h("label", {}, `${title} `, title === "word" ? this.words() : h("input", { type: "number", min: 1, max: shape[axis], value: 1, step: 1, oninput: () => this.changed(false) })))); // prettier-ignore
  }

  /** The words of an embedding by themselves rather than by their numbers. */
  words() {
    const options = this.store.get("info.vocabulary").map((/** @type {string} */ word, /** @type {number} */ n) => h("option", { value: n + 1 }, word));
    return h("select", { onchange: () => this.changed(false) }, options);
  }

  /** @param {boolean} fresh another array was chosen */
  changed(fresh) {
    const shape = this.shape();
    if (fresh) this.axes();
    const index = this.inputs().map((input, axis) => Math.min(shape[axis], Math.max(1, Math.trunc(Number(input.value) || 1))) - 1);
    this.store.set("selection", `${this.array.value}/${index.join(",")}`);
  }
}
