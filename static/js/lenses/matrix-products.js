/**
 * Links with weights as one product of matrices over the batch, Z = X Wᵀ + b: of a dense layer the rows of X are the examples, of a
 * convolution the windows of all examples, of an embedding the words, each a row with one 1.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./matrix-axes.js").Axis} Axis
 * @typedef {import("./matrix-axes.js").Axes} Axes
 * @typedef {import("./matrix-grid.js").Place} Place
 *
 * @typedef {object} Product
 * @property {Axis} rows
 * @property {Axis} ins
 * @property {Axis} outs
 * @property {number} each  rows that an example has
 * @property {{x: string, w: string, weights: string, about: string}} says
 * @property {(r: number, c: number) => Place} x
 * @property {(r: number, c: number) => string|null} xAddress
 * @property {(o: number, c: number) => string} weight  place of a weight within a parameter's array: "3.1"
 * @property {boolean} bias
 * @property {(r: number, o: number) => string} out  place of an output within the example's: "3.1.2"
 */
import { places } from "./matrix-axes.js";
import { reaches } from "./matrix-windows.js";
import { nested } from "../base/box.js";

/**
 * @param {Store} store
 * @param {Axes} axes
 * @param {number} link
 * @param {number} row  of the batch, whose numbers are in sight first
 * @returns {Product|null} null of a link without weights
 */
export function productOf(store, axes, link, row) {
  const kind = store.get(`experiment.layers.${link}.kind`);
  const of = { dense, conv1d: convolution, conv2d: convolution, embedding }[/** @type {string} */ (kind)];
  return of ? of(store, axes, link, row) : null;
}

/** @param {Store} store */
const batch = (store) => store.get("trace.batch.indices.length");

/** @param {Store} store @param {number} r */
const index = (store, r) => String(store.get(`trace.batch.indices.${r}`));

/** @param {Store} store @param {Axes} axes @param {number} link @param {number} row @returns {Product} */
function dense(store, axes, link, row) {
  const [into, out] = [store.get(`info.shapes.${link}.0`), store.get(`info.shapes.${link + 1}.0`)];
  return {
    rows: axes.axis(`${link}:rows:${row}`, "examples", batch(store), { at: row, title: (r) => index(store, r) }),
    ins: axes.axis(`${link}:in`, "in", into),
    outs: axes.axis(`${link}:out`, "out", out),
    each: 1,
    says: { x: "X", w: "Wᵀ", weights: "W", about: `Every example is a row of X: ${link > 0 ? "the outputs of the link before" : "its inputs"}.` },
    x: (r, c) => `${r}.${c}`,
    xAddress: (_, c) => (link > 0 ? `${link - 1}/output/${c}` : null),
    weight: (o, c) => `${o}.${c}`,
    bias: true,
    out: (_, o) => String(o),
  };
}

/** @param {Store} store @param {Axes} axes @param {number} link @param {number} row @returns {Product} */
function convolution(store, axes, link, row) {
  const layer = store.get(`experiment.layers.${link}`);
  const [shape, outputs] = [store.get(`info.shapes.${link}`), store.get(`info.shapes.${link + 1}`)];
  const [windows, elements] = [nested(outputs.slice(1)), nested([shape[0], ...shape.slice(1).map(() => layer.kernel)])];
  const each = windows.length;
  const met = (/** @type {number} */ r, /** @type {number} */ c) => reaches(layer, shape, windows[r % each], elements[c]);
  const deltas = windows.map((at) => Math.max(...Array.from({ length: outputs[0] }, (_, f) => Math.abs(store.get(`trace.layers.${link}.grad_output.${row}.${f}.${at.join(".")}`) ?? 0))));
  const busiest = row * each + deltas.indexOf(Math.max(...deltas));
  return {
    rows: axes.axis(`${link}:rows:${row}`, "windows", batch(store) * each, { at: busiest, title: (r) => `${index(store, Math.floor(r / each))}: ${counted(windows[r % each])}` }),
    ins: axes.axis(`${link}:in`, "kernel elements", elements.length, { most: 12, title: (c) => counted(elements[c]) }),
    outs: axes.axis(`${link}:out`, "kernels", outputs[0]),
    each,
    says: {
      x: "X̃", w: "Kᵀ", weights: "K",
      about: "Every window of every example is a row, flattened to the order of the kernel’s elements; every kernel is a row of K. So the convolution is one product. Where a window hangs over the edge its row has a 0.",
    },
    x: (r, c) => tail(Math.floor(r / each), met(r, c)),
    xAddress: (r, c) => (link > 0 ? atBoundary(link, met(r, c)) : null),
    weight: (o, c) => [o, ...elements[c]].join("."),
    bias: true,
    out: (r, o) => [o, ...windows[r % each]].join("."),
  }; // prettier-ignore
}

/** @param {number} row @param {number[]|null} place @returns {Place} */
function tail(row, place) {
  return place && `${row}.${place.join(".")}`;
}

/** @param {number} link @param {number[]|null} place */
function atBoundary(link, place) {
  return place && `${link - 1}/output/${place.join(",")}`;
}

/** Counted from 1, as symbols are. @param {number[]} at */
function counted(at) {
  return at.map((n) => n + 1).join(",");
}

/** @param {Store} store @param {Axes} axes @param {number} link @param {number} row @returns {Product} */
function embedding(store, axes, link, row) {
  const [each, [units]] = [store.get(`info.shapes.${link}.0`), store.get(`info.shapes.${link + 1}`)];
  const size = store.get(`info.param_shapes.${link}.W.0`);
  const words = (/** @type {number} */ r) => store.get(`trace.layers.${link}.input.${Math.floor(r / each)}.${r % each}`);
  const name = (/** @type {number} */ word) => store.get(`info.vocabulary.${word}`) ?? String(word);
  const rows = axes.axis(`${link}:rows:${row}`, "words", batch(store) * each, { most: each, at: row * each, title: (r) => name(words(r)) });
  const occurring = [...new Set(rows.shown.map(words))].sort((a, b) => a - b);
  return {
    rows,
    ins: places("rows of the table", size, occurring, name),
    outs: axes.axis(`${link}:out`, "units", units),
    each,
    says: {
      x: "X̂", w: "W", weights: "Wᵀ",
      about: "Every word is a row with a single 1, at the word’s own number: the product picks that row of the table. Of its columns those are written out whose words stand here; everywhere else these rows have 0. Nobody multiplies by zeros: a table is looked up.",
    },
    x: (r, c) => (words(r) === c ? `derived.routes.${link}.${r}.${c}` : null),
    xAddress: () => null,
    weight: (o, c) => `${c}.${o}`,
    bias: false,
    out: (r, o) => `${o}.${r % each}`,
  }; // prettier-ignore
}

/**
 * The place in the store of what x gives: a number of the trace, or one derived from it.
 * @param {number} link
 * @param {Place} place
 * @returns {Place}
 */
export function inputPlace(link, place) {
  return place === null || place.startsWith("derived.") ? place : `trace.layers.${link}.input.${place}`;
}
