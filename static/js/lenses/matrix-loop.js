/**
 * The same dW one example at a time: a slider adds the examples' products δᵢxᵢᵀ/N one after the other, until the batch's gradient of
 * the data stands there.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { section } from "./derivation-sections.js";
import { h } from "./parts.js";
import { equation, grid } from "./matrix-grid.js";
import { fill } from "../base/numbers.js";

export class Loop {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.slider = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: 0, value: 0, step: 1, oninput: () => this.draw() }));
    this.said = h("output", { class: "small" });
    this.place = h("div", {});
    this.element = section("The same as a loop: one example at a time", h("label", { class: "loop-slider" }, "Examples added ", this.slider, this.said), this.place);
    this.link = 0;
    this.built = "";
  }

  /** @param {number} link */
  show(link) {
    this.link = link;
    const { store } = this;
    const count = store.get("trace.batch.indices.length");
    this.slider.max = String(count);
    const [rows, columns] = [store.get(`info.shapes.${link + 1}.0`), store.get(`info.shapes.${link}.0`)];
    const key = `${link}:${rows}:${columns}`;
    if (key !== this.built) {
      this.built = key;
      const matrix = (/** @type {string} */ title, /** @type {string} */ name) => grid({ title, rows, columns, place: (r, c) => `derived.matrix.${name}.${r}.${c}` });
      const gradient = grid({ title: "dW", rows, columns, place: (r, c) => `trace.layers.${link}.grads.W.${r}.${c}`, address: (r, c) => `${link}/W/${r},${c}` });
      this.place.replaceChildren(equation(matrix("δ xᵀ of the last added", "term"), "→", matrix("Σ δ xᵀ / N", "sum"), "→", gradient));
    }
    this.draw();
  }

  draw() {
    const { store, link } = this;
    const taken = Math.min(Number(this.slider.value), Number(this.slider.max));
    const count = Number(this.slider.max);
    const found = accumulated(store.get(`trace.layers.${link}.grad_output`), store.get(`trace.layers.${link}.input`), taken, count);
    store.set("derived", { ...(store.get("derived") ?? {}), matrix: found });
    for (const element of this.place.querySelectorAll("[data-path]")) fill(element, store);
    const index = store.get("trace.batch.indices")[taken - 1];
    const penalty = store.get("experiment.penalty.kind") === "none" ? "" : " (dW has the penalty’s part on top)";
    this.said.textContent = taken === 0 ? `none of ${count}` : taken === count ? `all ${count}: the sum is dW${penalty}` : `${taken} of ${count}, the last is example ${index}`;
  }
}

/**
 * The last added product, and the sum of the first `taken` ones over N.
 * @param {number[][]} deltas
 * @param {number[][]} inputs
 * @param {number} taken
 * @param {number} count
 */
export function accumulated(deltas, inputs, taken, count) {
  const outer = (/** @type {number} */ i) => deltas[i].map((delta) => inputs[i].map((x) => delta * x));
  const zero = deltas[0].map(() => inputs[0].map(() => 0));
  let sum = zero;
  for (let i = 0; i < taken; i += 1) sum = sum.map((line, r) => line.map((value, c) => value + deltas[i][r] * inputs[i][c]));
  return { term: taken > 0 ? outer(taken - 1) : zero, sum: sum.map((line) => line.map((value) => value / count)) };
}
