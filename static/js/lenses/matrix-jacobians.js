/**
 * One example's way back as a product of Jacobians: the loss's slope, a row, times the Jacobian of each link, last to first. What stands
 * after each product is the gradient there, the trace's own.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { section } from "./derivation-sections.js";
import { words } from "../base/format.js";
import { h } from "./parts.js";
import { equation, grid } from "./matrix-grid.js";

const MOST = 8;

/**
 * @param {Store} store
 * @param {number} row
 * @returns {HTMLElement}
 */
export function jacobians(store, row) {
  const layers = store.get("experiment.layers");
  const steps = layers.map((/** @type {any} */ _, /** @type {number} */ i) => step(store, i, row)).reverse();
  const index = store.get(`trace.batch.indices.${row}`);
  return section(`Jacobians: example ${index}, from the loss back to the inputs`,
    h("p", { class: "small" }, "Each link’s Jacobian is outputs × inputs. A row vector times the Jacobians, from the right end of the network to the left: reverse mode. Nobody multiplies Jacobian by Jacobian, and few are ever written out."),
    h("div", { class: "jacobians" }, steps)); // prettier-ignore
}

/**
 * @param {Store} store
 * @param {number} i
 * @param {number} row
 */
function step(store, i, row) {
  const kind = store.get(`experiment.layers.${i}.kind`);
  const [into, out] = [flat(store, i), flat(store, i + 1)];
  const vector = (/** @type {string} */ name, /** @type {number} */ size, /** @type {string} */ title, /** @type {number} */ space) =>
    grid({ title, rows: 1, columns: size, most: MOST, place: (_, c) => `trace.layers.${i}.${name}.${row}.${at(store, space, c)}` });
  const jacobian = jacobianOf(store, i, row, kind);
  const middle = jacobian ? grid({ title: jacobian.title, rows: out, columns: into, most: MOST, place: jacobian.place }) : h("span", { class: "small" }, `Jacobian of ${words(kind)}, ${out} × ${into}, mostly 0: never written out`);
  return h("div", { class: "jacobian" }, h("h4", {}, `Link ${i + 1}: ${words(kind)}`), equation(vector("grad_output", out, "∂ℓ/∂output", i + 1), "·", middle, "=", vector("grad_input", into, "∂ℓ/∂input", i)));
}

/**
 * @param {Store} store
 * @param {number} i
 * @param {number} row
 * @param {string} kind
 * @returns {{title: string, place: (r: number, c: number) => string|null}|null}
 */
function jacobianOf(store, i, row, kind) {
  if (kind === "dense") return { title: "W", place: (r, c) => `trace.before.${i}.W.${r}.${c}` };
  if (store.get(`trace.layers.${i}.jacobian`)) return { title: "J of softmax", place: (r, c) => `trace.layers.${i}.jacobian.${row}.${r}.${c}` };
  if (store.get(`trace.layers.${i}.slope`) && store.get(`info.shapes.${i}.length`) === 1) return { title: "diag φ′(z)", place: (r, c) => (r === c ? `trace.layers.${i}.slope.${row}.${r}` : null) };
  return null;
}

/** @param {Store} store @param {number} space */
function flat(store, space) {
  return store.get(`info.shapes.${space}`).reduce((/** @type {number} */ product, /** @type {number} */ n) => product * n, 1);
}

/**
 * The place of the n-th number of a space: "1.0.2" in one of several axes.
 * @param {Store} store
 * @param {number} space
 * @param {number} n
 */
function at(store, space, n) {
  const index = [];
  let rest = n;
  for (const size of [...store.get(`info.shapes.${space}`)].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index.join(".");
}
