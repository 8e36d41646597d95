/**
 * «Matrices»: the same step as matrices with their shapes, as a loop over the examples, as Jacobians of one example; and the two layouts
 * of the weights that people mix up, mapped onto each other.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../base/types.js").Store} Store
 */
import { section } from "./derivation-sections.js";
import { h } from "./parts.js";
import { equation, grid, lightFactors } from "./matrix-grid.js";
import { jacobians } from "./matrix-jacobians.js";
import { Loop } from "./matrix-loop.js";
import { parseAddress, row } from "../base/view.js";

const WATCHED = ["trace", "experiment", "example", "selection", "info"];

class MatrixView {
  /**
   * @param {HTMLElement} root
   * @param {Store} store
   */
  constructor(root, store) {
    this.store = store;
    this.loop = new Loop(store);
    this.links = h("span", { class: "segments", role: "group", "aria-label": "Layer" });
    this.body = h("div", { class: "lens-body matrix-body" });
    this.built = "";
    this.link = -1;
    /** @type {number|undefined} */
    this.selected = undefined;
    root.classList.add("matrices");
    root.append(h("header", { class: "lens-head" }, h("h2", { class: "lens-title" }, "The batch as matrices"), this.links), this.body);
    root.addEventListener("click", (event) => this.pick(event));
    root.addEventListener("pointerover", (event) => light(root, event));
  }

  draw() {
    const { store } = this;
    if (!store.get("trace") || !store.get("info")) return;
    const dense = store.get("experiment.layers").map((/** @type {any} */ layer, /** @type {number} */ i) => (layer.kind === "dense" ? i : -1)).filter((/** @type {number} */ i) => i >= 0); // prettier-ignore
    const selected = parseAddress(store.get("selection"))?.link;
    if (selected !== undefined && selected !== this.selected && dense.includes(selected)) this.link = selected;
    this.selected = selected;
    if (!dense.includes(this.link)) this.link = dense[0] ?? -1;
    const key = JSON.stringify([dense, this.link, store.get("info.shapes"), store.get("experiment.layers"), store.get("trace.batch.indices.length"), row(store), store.get("experiment.penalty.kind")]);
    if (key !== this.built) {
      this.built = key;
      this.build(dense);
    }
    if (this.link >= 0) this.loop.show(this.link);
  }

  /** @param {number[]} dense */
  build(dense) {
    const { store, link } = this;
    this.links.replaceChildren(...dense.map((i) => h("button", { type: "button", "aria-pressed": i === link, onclick: () => this.choose(i) }, `Link ${i + 1}: dense ${store.get(`info.shapes.${i}.0`)} → ${store.get(`info.shapes.${i + 1}.0`)}`)));
    const backwards = jacobians(store, row(store) ?? 0);
    if (link < 0) this.body.replaceChildren(h("p", { class: "small" }, "This network has no dense layer."), backwards);
    else {
      const left = h("div", { class: "lens-column" }, forward(store, link), this.loop.element, layouts(store, link));
      this.body.replaceChildren(left, h("div", { class: "lens-column" }, backward(store, link), backwards));
    }
  }

  /** @param {number} link */
  choose(link) {
    this.link = link;
    this.draw();
  }

  /** A weight's cell selects the weight. @param {Event} event */
  pick(event) {
    const address = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("td[data-address]"))?.dataset.address;
    if (address) this.store.set("selection", address);
  }
}

/**
 * The same number wherever it stands.
 * @param {HTMLElement} root
 * @param {Event} event
 */
function light(root, event) {
  const address = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("td[data-address]"))?.dataset.address;
  for (const lit of root.querySelectorAll(".same")) lit.classList.remove("same");
  if (!address) return;
  for (const same of root.querySelectorAll(`td[data-address="${CSS.escape(address)}"]`)) same.classList.add("same");
}

/** @param {Store} store @param {number} link */
function sizes(store, link) {
  return { n: store.get("trace.batch.indices.length"), into: store.get(`info.shapes.${link}.0`), out: store.get(`info.shapes.${link + 1}.0`) };
}

/** Z = X Wᵀ + b. @param {Store} store @param {number} link */
function forward(store, link) {
  const { n, into, out } = sizes(store, link);
  const left = grid({ title: "X", rows: n, columns: into, axes: [" examples", " in"], role: "left", place: (r, c) => `trace.layers.${link}.input.${r}.${c}` });
  const right = grid({ title: "Wᵀ", rows: into, columns: out, axes: [" in", " out"], role: "right", place: (r, c) => `trace.before.${link}.W.${c}.${r}`, address: (r, c) => `${link}/W/${c},${r}` });
  const bias = grid({ title: "b, for every row", rows: 1, columns: out, axes: ["", " out"], role: "added", place: (_, c) => `trace.before.${link}.b.${c}`, address: (_, c) => `${link}/b/${c}` });
  const result = grid({ title: "Z", rows: n, columns: out, axes: [" examples", " out"], role: "result", place: (r, c) => `trace.layers.${link}.output.${r}.${c}` });
  const line = equation(result, "=", left, "·", right, "+", bias);
  lightFactors(line);
  return section("Forward: Z = X Wᵀ + b", h("p", { class: "small" }, "Every example is a row. Point at a number of Z: its row of X meets its column of Wᵀ."), line);
}

/** dW = Δᵀ X / N. @param {Store} store @param {number} link */
function backward(store, link) {
  const { n, into, out } = sizes(store, link);
  const penalty = store.get("experiment.penalty.kind") !== "none";
  const left = grid({ title: "Δᵀ", rows: out, columns: n, axes: [" out", " examples"], role: "left", place: (r, c) => `trace.layers.${link}.grad_output.${c}.${r}` });
  const right = grid({ title: "X", rows: n, columns: into, axes: [" examples", " in"], role: "right", place: (r, c) => `trace.layers.${link}.input.${r}.${c}` });
  const result = grid({ title: penalty ? "dW, with the penalty" : "dW", rows: out, columns: into, axes: [" out", " in"], role: "result", place: (r, c) => `trace.layers.${link}.grads.W.${r}.${c}`, address: (r, c) => `${link}/W/${r},${c}` });
  const line = equation(result, "=", left, "·", right, `/ ${n}${penalty ? " + ∂P/∂W" : ""}`);
  lightFactors(line);
  return section("Gradient: dW = Δᵀ X / N", h("p", { class: "small" }, "The examples lie along the inner edge of the product: they are summed over, and N divides."), line);
}

/** The two layouts of the same weights. @param {Store} store @param {number} link */
function layouts(store, link) {
  const { into, out } = sizes(store, link);
  const weight = (/** @type {number} */ r, /** @type {number} */ c) => `trace.before.${link}.W.${r}.${c}`;
  const bias = (/** @type {number} */ r) => `trace.before.${link}.b.${r}`;
  const folded = grid({ title: "Θ = [b | W]", rows: out, columns: into + 1, axes: [" units", " (1 + features)"], place: (r, c) => (c === 0 ? bias(r) : weight(r, c - 1)), address: (r, c) => (c === 0 ? `${link}/b/${r}` : `${link}/W/${r},${c - 1}`) });
  const apart = grid({ title: "W′ = Wᵀ", rows: into, columns: out, axes: [" features", " units"], place: (r, c) => weight(c, r), address: (r, c) => `${link}/W/${c},${r}` });
  const b = grid({ title: "b", rows: 1, columns: out, axes: ["", " units"], place: (_, c) => bias(c), address: (_, c) => `${link}/b/${c}` });
  return section("Two layouts of the same weights", h("p", { class: "small" }, "Weights as a row for each neuron, the bias folded in as the weight of a constant 1 (z = Θ·[1, x]); or features × units, the bias apart (Z = X W′ + b). Point at a number to find it in the other. A formula that looks transposed usually is."),
    equation(folded, "⇄", apart, "and", b)); // prettier-ignore
}

/**
 * @param {HTMLElement} root
 * @param {Context} context
 */
export function mount(root, context) {
  const view = new MatrixView(root, context.store);
  context.frames.register("matrix", () => view.draw(), root);
  context.frames.invalidate("matrix");
  return context.store.subscribe(WATCHED, () => context.frames.invalidate("matrix"));
}
