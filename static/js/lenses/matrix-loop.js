/**
 * The same dW one example at a time: a slider adds the examples' products δᵢxᵢᵀ/N one after the other, until the batch's gradient of
 * the data stands there.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./matrix-products.js").Product} Product
 */
import { section } from "./derivation-sections.js";
import { h } from "../telling/parts.js";
import { swept } from "../base/method.js";
import { pagers } from "./matrix-axes.js";
import { equation, grid } from "./matrix-grid.js";
import { inputPlace } from "./matrix-products.js";
import { fill } from "../base/numbers.js";

export class Loop {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.slider = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: 0, value: 0, step: 1, oninput: () => this.draw() }));
    this.said = h("output", { class: "small" });
    this.place = h("div", {});
    this.about = h("p", { class: "small" });
    this.element = section("The same as a loop: one example at a time", this.about, h("label", { class: "loop-slider" }, "Examples added ", this.slider, this.said), this.place);
    /** What the last matrix of an example is called. */
    this.term = h("span", {});
    /** Has an example several products? */
    this.sums = false;
    this.link = -1;
    /** @type {Product|null} */
    this.product = null;
  }

  /**
   * Another link, or other places of it.
   * @param {number} link
   * @param {Product} product
   */
  show(link, product) {
    Object.assign(this, { link, product });
    const { rows, ins, outs, each, bias, says } = product;
    const shape = bias ? { rows: outs, columns: ins } : { rows: ins, columns: outs, heads: /** @type {const} */ ("rows") };
    const turn = (/** @type {number} */ r, /** @type {number} */ c) => (bias ? `${r}.${c}` : `${c}.${r}`);
    const weight = (/** @type {number} */ r, /** @type {number} */ c) => (bias ? product.weight(r, c) : product.weight(c, r));
    const matrix = (/** @type {Node|string} */ title, /** @type {string} */ name) => grid({ title, ...shape, place: (r, c) => `derived.matrix.${name}.${turn(r, c)}` });
    const gradient = grid({ title: `d${bias ? says.weights : "W"}`, ...shape, place: (r, c) => `trace.layers.${link}.${swept(this.store)}.W.${weight(r, c)}`, address: (r, c) => `${link}/W/${weight(r, c).replaceAll(".", ",")}` });
    this.about.textContent = each > 1 ? `An example adds one product for each of its ${each} ${rows.name}: the same weights were used ${each} times.` : "";
    this.about.hidden = each === 1;
    this.term = h("span", {});
    this.sums = each > 1;
    this.place.replaceChildren(...[pagers(ins, outs), equation(matrix(this.term, "term"), "→", matrix("Σ δ xᵀ / N", "sum"), "→", gradient)].filter((part) => part !== null));
    this.draw();
  }

  draw() {
    const { store, link, product } = this;
    if (!product) return;
    const count = store.get("trace.batch.indices.length");
    this.slider.max = String(count);
    const taken = Math.min(Number(this.slider.value), count);
    store.set("derived", { ...(store.get("derived") ?? {}), matrix: accumulated(store, link, product, taken, count) });
    for (const element of this.place.querySelectorAll("[data-path]")) fill(element, store);
    const index = store.get("trace.batch.indices")[taken - 1];
    const penalty = store.get("experiment.penalty.kind") === "none" ? "" : " (dW has the penalty’s part on top)";
    this.term.textContent = taken === 0 ? "before the first example" : `${this.sums ? "Σ " : ""}δ xᵀ of the last added`;
    this.said.textContent = taken === 0 ? `none of ${count}: before the first example all is 0` : taken === count ? `all ${count}: the sum is dW${penalty}` : `${taken} of ${count}, the last has index ${index}`;
  }
}

/**
 * The last added example's product, and the sum of the first `taken` ones over N, at the places that are written out: [out][in].
 * @param {Store} store
 * @param {number} link
 * @param {Product} product
 * @param {number} taken
 * @param {number} count
 */
export function accumulated(store, link, { ins, outs, each, x, out }, taken, count) {
  const sum = zeros(outs.shown, ins.shown);
  const term = zeros(outs.shown, ins.shown);
  for (let r = 0; r < taken * each; r += 1) {
    const example = Math.floor(r / each);
    const inputs = ins.shown.map((c) => input(store, link, x(r, c)));
    for (const o of outs.shown) {
      const delta = store.get(`trace.layers.${link}.grad_output.${example}.${out(r, o)}`);
      ins.shown.forEach((c, n) => {
        sum[o][c] += (delta * inputs[n]) / count;
        if (example === taken - 1) term[o][c] += delta * inputs[n];
      });
    }
  }
  return { term, sum };
}

/**
 * @param {Store} store
 * @param {number} link
 * @param {string|null} place
 */
function input(store, link, place) {
  if (place === null) return 0;
  return place.startsWith("derived.") ? 1 : store.get(inputPlace(link, place) ?? "");
}

/**
 * @param {number[]} rows
 * @param {number[]} columns
 */
function zeros(rows, columns) {
  /** @type {number[][]} */
  const found = [];
  for (const r of rows) {
    found[r] = [];
    for (const c of columns) found[r][c] = 0;
  }
  return found;
}
