/**
 * Any number by keyboard: which array, and which place in it. Sets store.selection, as a click on the network does.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { words } from "../base/format.js";
import { h } from "./parts.js";
import { parseAddress } from "../base/view.js";

const NODES = /** @type {[string, string, number][]} */ ([["output", "output", 1], ["grad_output", "gradient by its output", 1], ["grad_input", "gradient by its input", 0]]);

export class AddressPicker {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.array = /** @type {HTMLSelectElement} */ (h("select", { onchange: () => this.changed(true) }));
    this.places = h("span", { class: "picker-places" });
    this.element = h("form", { class: "picker", "aria-label": "Which number", onsubmit: (/** @type {Event} */ e) => e.preventDefault() }, h("label", {}, "Number ", this.array), this.places);
    this.built = "";
  }

  /** The arrays of this architecture. */
  build() {
    const layers = this.store.get("experiment.layers") ?? [];
    const params = this.store.get("info.param_shapes") ?? [];
    const key = JSON.stringify([layers.map((/** @type {any} */ l) => l.kind), params]);
    if (key === this.built) return;
    this.built = key;
    this.array.replaceChildren(...layers.map((/** @type {any} */ layer, /** @type {number} */ i) => {
      const own = Object.keys(params[i] ?? {}).map((name) => h("option", { value: `${i}/${name}` }, `${i} ${words(layer.kind)}: ${name}`));
      const nodes = NODES.map(([name, title]) => h("option", { value: `${i}/${name}` }, `${i} ${words(layer.kind)}: ${title}`));
      return h("optgroup", { label: `Link ${i + 1}: ${words(layer.kind)}` }, own, nodes);
    })); // prettier-ignore
  }

  /** @param {string} address */
  show(address) {
    this.build();
    const at = parseAddress(address);
    if (!at) return;
    const value = `${at.link}/${at.what === "input" ? "grad_input" : at.what}`;
    if (this.array.value !== value) this.array.value = value;
    const shape = this.shape();
    const inputs = this.inputs();
    if (inputs.length !== shape.length) this.axes(shape);
    this.inputs().forEach((input, axis) => {
      Object.assign(input, { max: String(shape[axis] - 1) });
      if (document.activeElement !== input) input.value = String(at.index[axis] ?? 0);
    });
  }

  /** @returns {HTMLInputElement[]} */
  inputs() {
    return [...this.places.querySelectorAll("input")];
  }

  /** @returns {number[]} */
  shape() {
    const [link, name] = this.array.value.split("/");
    const node = NODES.find(([n]) => n === name);
    return (node ? this.store.get(`info.shapes.${Number(link) + node[2]}`) : this.store.get(`info.param_shapes.${link}.${name}`)) ?? [];
  }

  /** @param {number[]} shape */
  axes(shape) {
    const titles = shape.length === 2 ? ["row (to)", "column (from)"] : shape.map((_, i) => (shape.length === 1 ? "unit" : `axis ${i + 1}`));
    this.places.replaceChildren(...titles.map((title, axis) =>
      h("label", {}, `${title} `, h("input", { type: "number", min: 0, max: shape[axis] - 1, value: 0, step: 1, oninput: () => this.changed(false) })))); // prettier-ignore
  }

  /** @param {boolean} fresh another array was chosen */
  changed(fresh) {
    const shape = this.shape();
    if (fresh) this.axes(shape);
    const index = this.inputs().map((input, axis) => Math.min(shape[axis] - 1, Math.max(0, Math.trunc(Number(input.value) || 0))));
    this.store.set("selection", `${this.array.value}/${index.join(",")}`);
  }
}
