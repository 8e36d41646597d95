/**
 * What the numbers of the network are called, as the story and the derivations call them: w⁽²⁾₁₄, δ⁽¹⁾₂, ŷ. Layers are counted as textbooks
 * count them, a link with weights and its activation as one; indices from 1. The rule is that of core/derive/symbols.py.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{link: number, what: string, index: number[]}} Parts
 */
import { parseAddress } from "../base/view.js";

/** Outputs that are neither z nor a. */
const STEMS = /** @type {Record<string, string>} */ ({ dropout: "d", flatten: "f", embedding: "e" });
const HAT = '<mover accent="true"><mi>y</mi><mo stretchy="false">ˆ</mo></mover>';

/**
 * A number's symbol, MathML; "" for what is no number of this network.
 * @param {Store} store
 * @param {string} address
 * @returns {string}
 */
export function symbol(store, address) {
  const parts = parseAddress(address);
  const found = parts && (isParameter(store, parts) ? parameter(store, parts) : node(store, parts));
  return found ? `<math>${found}</math>` : "";
}

/** @param {Store} store @param {Parts} parts */
export function isParameter(store, { link, what }) {
  return store.get(`info.param_shapes.${link}.${what}`) !== undefined;
}

/**
 * The layer that a link belongs to; 0 where the network has one layer only, which nobody numbers.
 * @param {Store} store
 * @param {number} link
 */
export function layerOf(store, link) {
  const owns = (store.get("info.param_shapes") ?? []).map((/** @type {object} */ shapes) => Object.keys(shapes).length > 0);
  const count = (/** @type {number} */ end) => owns.slice(0, end).filter(Boolean).length;
  return count(owns.length) > 1 ? Math.max(1, count(link + 1)) : 0;
}

/**
 * The letter of a link's output: z where it has weights, a behind an activation, p of a pooling.
 * @param {Store} store
 * @param {number} boundary  0: the input; b: the output of link b − 1
 */
export function stem(store, boundary) {
  const layers = store.get("experiment.layers") ?? [];
  if (boundary === 0) return "x";
  if (boundary === layers.length) return "ŷ";
  const { kind } = layers[boundary - 1];
  if (STEMS[kind]) return STEMS[kind];
  if (isZ(store, boundary)) return "z";
  const entry = (store.get("catalog.layers") ?? []).find((/** @type {{kind: string}} */ other) => other.kind === kind);
  return entry?.activation ? "a" : kind.includes("pool") ? "p" : "h";
}

/** Is the gradient by these numbers what textbooks call δ? @param {Store} store @param {number} boundary */
export function isZ(store, boundary) {
  return boundary > 0 && Object.keys(store.get(`info.param_shapes.${boundary - 1}`) ?? {}).length > 0;
}

/** @param {Store} store @param {Parts} parts */
function parameter(store, { link, what, index }) {
  return written(`<mi>${what.toLowerCase()}</mi>`, index, store.get(`info.param_shapes.${link}.${what}`), layerOf(store, link));
}

/** @param {Store} store @param {Parts} parts */
function node(store, { link, what, index }) {
  const boundary = link + Number(what.endsWith("output"));
  const shape = store.get(`info.shapes.${boundary}`);
  if (!shape) return "";
  const letter = stem(store, boundary);
  const inner = letter === "ŷ" || letter === "x";
  const alone = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1) === 1;
  const layer = layerOf(store, boundary - 1);
  const own = written(letter === "ŷ" ? HAT : `<mi>${letter}</mi>`, alone ? [] : index, shape, inner ? 0 : layer);
  if (!what.startsWith("grad_")) return own;
  if (isZ(store, boundary)) return written("<mi>δ</mi>", alone ? [] : index, shape, layer);
  return `<mfrac><mrow><mi>∂</mi><mi>ℓ</mi></mrow><mrow><mi>∂</mi>${own}</mrow></mfrac>`;
}

/**
 * @param {string} base
 * @param {number[]} index
 * @param {number[]} shape
 * @param {number} layer  0 for none
 */
function written(base, index, shape, layer) {
  const commas = shape.length > 2 || Math.max(...shape) > 9;
  const below = `<mn>${index.map((i) => i + 1).join(commas ? "," : "")}</mn>`;
  const above = `<mrow><mo stretchy="false">(</mo><mn>${layer}</mn><mo stretchy="false">)</mo></mrow>`;
  if (index.length && layer) return `<msubsup>${base}${below}${above}</msubsup>`;
  if (index.length) return `<msub>${base}${below}</msub>`;
  return layer ? `<msup>${base}${above}</msup>` : base;
}
