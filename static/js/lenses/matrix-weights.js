/**
 * A link with weights as products of matrices: forward, its gradient, and the two layouts of its weights that people mix up.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./matrix-products.js").Product} Product
 * @typedef {import("./matrix-grid.js").Matrix} Matrix
 */
import { section } from "./derivation-sections.js";
import { h } from "../telling/parts.js";
import { byMethod, swept } from "../base/method.js";
import { pagers, places, single } from "./matrix-axes.js";
import { equation, grid, lightFactors } from "./matrix-grid.js";
import { inputPlace } from "./matrix-products.js";

/** The matrices that both directions share. */
export class Weights {
  /**
   * @param {Store} store
   * @param {number} link
   * @param {Product} product
   */
  constructor(store, link, product) {
    this.store = store;
    this.link = link;
    this.product = product;
    this.table = !product.bias;
    this.count = store.get("trace.batch.indices.length");
    this.penalised = store.get("experiment.penalty.kind") !== "none";
  }

  /** @param {number} r */
  example = (r) => Math.floor(r / this.product.each);

  /** @param {number} o @param {number} c */
  address = (o, c) => `${this.link}/W/${this.product.weight(o, c).replaceAll(".", ",")}`;

  /** @param {number} o */
  biasAddress = (o) => `${this.link}/b/${o}`;

  /** What goes in: rows × in. @param {boolean} turned  as its transpose @param {string} role @returns {HTMLElement} */
  inputs(turned, role) {
    const { rows, ins, x, xAddress, says } = this.product;
    const cells = {
      place: (/** @type {number} */ r, /** @type {number} */ c) => inputPlace(this.link, x(r, c)),
      address: xAddress,
      example: (/** @type {number} */ r) => this.example(r),
    };
    return matrix({ title: says.x, rows, columns: ins, role, heads: this.headed() ? "both" : "rows", ...cells }, turned);
  }

  /** Are the places along the inner edge worth a name? */
  headed() {
    return this.product.ins.title !== undefined;
  }

  /** What comes out, or its gradient: rows × out. @param {string} title @param {"output"|"grad_output"} name @param {string} role @param {boolean} [turned] */
  outputs(title, name, role, turned = false) {
    const { rows, outs, out } = this.product;
    const cells = {
      place: (/** @type {number} */ r, /** @type {number} */ o) => `trace.layers.${this.link}.${name}.${this.example(r)}.${out(r, o)}`,
      address: (/** @type {number} */ r, /** @type {number} */ o) => `${this.link}/${name}/${out(r, o).replaceAll(".", ",")}`,
      example: (/** @type {number} */ r) => this.example(r),
      same: (/** @type {number} */ r, /** @type {number} */ o) => `${name}${r}:${o}`,
    };
    return matrix({ title, rows, columns: outs, role, heads: turned ? "" : "rows", ...cells }, turned);
  }

  /** Z = X Wᵀ + b. */
  forward() {
    const { link, product } = this;
    const { rows, ins, outs, says } = product;
    const right = grid({ title: says.w, rows: ins, columns: outs, role: "right", heads: this.headed() ? "rows" : "", place: (c, o) => `trace.before.${link}.W.${product.weight(o, c)}`, address: (c, o) => this.address(o, c) });
    const bias = grid({ title: "b, for every row", rows: single(), columns: outs, role: "added", place: (_, o) => `trace.before.${link}.b.${o}`, address: (_, o) => this.biasAddress(o) });
    const result = this.outputs(this.table ? "E" : "Z", "output", "result");
    const line = equation(result, "=", this.inputs(false, "left"), "·", right, ...(product.bias ? ["+", bias] : []));
    lightFactors(line);
    const title = `Forward: ${this.table ? "E" : "Z"} = ${says.x} ${says.w}${product.bias ? " + b" : ""}`;
    return section(title, h("p", { class: "small" }, `${says.about} Point at a number of ${this.table ? "E" : "Z"}: its row of ${says.x} meets its column of ${says.w}. Click one to derive it.`), pagers(rows, ins, outs), line);
  }

  /** dW = Δᵀ X / N; of a table X̂ᵀ Δ / N. */
  backward() {
    const { product, count, penalised, table } = this;
    const { rows, ins, outs, says } = product;
    const name = table ? "dW" : `d${says.weights}`;
    const [left, right] = table ? [this.inputs(true, "left"), this.outputs("Δ", "grad_output", "right")] : [this.outputs("Δᵀ", "grad_output", "left", true), this.inputs(false, "right")];
    const method = byMethod(this.store);
    const result = this.gradient(penalised ? `${name}, with the penalty` : name, swept(this.store));
    const rest = `/ ${count}${penalised ? ` + ∂P/∂${says.weights}` : ""}`;
    const given = method ? [h("span", { class: "matrix-op" }, rest), "≈", this.gradient(`g, ${method}`, "grads", "")] : [rest];
    const line = equation(result, "=", left, "·", right, ...given);
    lightFactors(line);
    const windows = product.each > 1 ? " N counts the examples; an example’s own rows are added." : "";
    const formula = table ? `${name} = ${says.x}ᵀ Δ / N` : `${name} = Δᵀ ${says.x} / N`;
    return section(`Gradient: ${formula}`, h("p", { class: "small" }, `The ${rows.name} lie along the inner edge of the product: they are summed over, and N divides.${windows}${method ? ` What the optimizer is given stands behind ≈: g, found ${method}.` : ""}`), pagers(rows, ins, outs), line);
  }

  /** @param {string} title @param {string} grads  what the trace calls it @param {string} [role] */
  gradient(title, grads, role = "result") {
    const { link, product } = this;
    const cells = {
      place: (/** @type {number} */ o, /** @type {number} */ c) => `trace.layers.${link}.${grads}.W.${product.weight(o, c)}`,
      address: this.address,
    };
    return matrix({ title, rows: product.outs, columns: product.ins, role, heads: this.table ? "columns" : "", ...cells }, this.table);
  }

  /** The two layouts of the same weights. */
  layouts() {
    const { link, product } = this;
    const { ins, outs, says } = product;
    const weight = (/** @type {number} */ o, /** @type {number} */ c) => `trace.before.${link}.W.${product.weight(o, c)}`;
    if (this.table) return null;
    const folded = places(`(1 + ${ins.name})`, ins.size + 1, [0, ...ins.shown.map((c) => c + 1)], (c) => (c === 0 ? "b" : (ins.title?.(c - 1) ?? "")));
    const theta = grid({
      title: `Θ = [b | ${says.weights}]`, rows: outs, columns: folded, heads: this.headed() ? "columns" : "",
      place: (o, c) => (c === 0 ? `trace.before.${link}.b.${o}` : weight(o, c - 1)), address: (o, c) => (c === 0 ? this.biasAddress(o) : this.address(o, c - 1)),
    }); // prettier-ignore
    const apart = grid({ title: `${says.weights}′ = ${says.w}`, rows: ins, columns: outs, heads: this.headed() ? "rows" : "", place: (c, o) => weight(o, c), address: (c, o) => this.address(o, c) });
    const b = grid({ title: "b", rows: single(), columns: outs, place: (_, o) => `trace.before.${link}.b.${o}`, address: (_, o) => this.biasAddress(o) });
    return section("Two layouts of the same weights", h("p", { class: "small" }, `Weights as a row for each ${product.each > 1 ? "kernel" : "neuron"}, the bias folded in as the weight of a constant 1 (z = Θ·[1, x]); or in × out, the bias apart (Z = ${says.x} ${says.weights}′ + b). Point at a number, tap it or go to it with the arrow keys to find it in the other. A formula that looks transposed usually is.`),
      pagers(ins, outs), equation(theta, "⇄", apart, "and", b)); // prettier-ignore
  }
}

/**
 * @param {Matrix} wanted
 * @param {boolean} turned  as its transpose
 */
function matrix(wanted, turned) {
  if (!turned) return grid(wanted);
  const { title, rows, columns, place, address, example, same, heads = "" } = wanted;
  const flip = /** @template T @param {((r: number, c: number) => T)|undefined} f @returns {((r: number, c: number) => T)|undefined} */ (f) => f && ((r, c) => f(c, r));
  const turnedHeads = /** @type {const} */ ({ rows: "columns", columns: "rows", both: "both", "": "" })[heads];
  const name = typeof title === "string" && !title.endsWith("ᵀ") && !/^[dg]/.test(title) ? `${title}ᵀ` : title;
  return grid({ ...wanted, title: name, rows: columns, columns: rows, heads: turnedHeads, place: (r, c) => place(c, r), address: flip(address), example: flip(example), same: flip(same) });
}
