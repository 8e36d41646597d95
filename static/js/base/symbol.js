/**
 * What the numbers of the network are called, as the story and the derivations call them: w⁽²⁾₁₄, δ⁽¹⁾₂, ŷ. Layers are counted as textbooks
 * count them, a link with weights and its activation as one, and not at all where there is only one; indices count from 1, but a row of an
 * embedding bears the number of its word, from 0. The rule is that of core/derive/symbols.py.
 *
 * @typedef {import("./types.js").Store} Store
 * @typedef {{link: number, what: string, index: number[]}} Parts
 * @typedef {Record<string, number[]>[]} Shapes  of every link's parameters
 * @typedef {{kind: string}[]} Links
 */
import { parseAddress } from "./view.js";

const [RAISED, LOWERED] = ["⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"];
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

/**
 * A parameter's symbol as plain text, for words and menus: w⁽²⁾₁₄; the address itself of what is none.
 * @param {string} address
 * @param {Shapes} shapes
 * @param {Links} links
 */
export function plain(address, shapes, links) {
  return spelt(address, shapes, links, raised, lowered);
}

/**
 * The same as Plotly writes it on an axis.
 * @param {string} address
 * @param {Shapes} shapes
 * @param {Links} links
 */
export function marked(address, shapes, links) {
  return spelt(address, shapes, links, (text) => `<sup>${text}</sup>`, (text) => `<sub>${text}</sub>`);
}

/** Digits, a minus and brackets as they stand above a letter. @param {string} text */
export function raised(text) {
  return moved(text, RAISED).replace("(", "⁽").replace(")", "⁾").replace("-", "⁻");
}

/** @param {string} text */
function lowered(text) {
  return moved(text, LOWERED);
}

/** @param {string} text @param {string} digits */
function moved(text, digits) {
  return text.replace(/\d/g, (digit) => digits[Number(digit)]);
}

/**
 * @param {string} address
 * @param {Shapes} shapes
 * @param {Links} links
 * @param {(text: string) => string} up
 * @param {(text: string) => string} down
 */
function spelt(address, shapes, links, up, down) {
  const parts = parseAddress(address);
  const shape = parts && shapes[parts.link]?.[parts.what];
  if (!parts || !shape) return address;
  const layer = numbered(shapes, parts.link);
  return letterOf(parts.what) + (layer ? up(`(${layer})`) : "") + down(places(parts.index, shape, firstOf(links, parts.link)));
}

/** @param {string} what the name of a parameter */
function letterOf(what) {
  return what.length === 1 ? what.toLowerCase() : what;
}

/**
 * Counted from 1, the rows from `first`; commas where one of them could have two digits, or where there are more than two.
 * @param {number[]} index
 * @param {number[]} shape
 * @param {number} [first]
 */
function places(index, shape, first = 1) {
  return index.map((i, axis) => i + (axis === 0 ? first : 1)).join(shape.length > 2 || Math.max(...shape) > 9 ? "," : "");
}

/** From where the rows of a link's parameters are counted: an embedding's are its words. @param {Links} links @param {number} link */
function firstOf(links, link) {
  return links[link]?.kind === "embedding" ? 0 : 1;
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
  return numbered(store.get("info.param_shapes") ?? [], link);
}

/** @param {Shapes} shapes @param {number} link */
function numbered(shapes, link) {
  const count = (/** @type {number} */ end) => shapes.slice(0, end).filter((own) => Object.keys(own).length > 0).length;
  return count(shapes.length) > 1 ? Math.max(1, count(link + 1)) : 0;
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
  return written(`<mi>${letterOf(what)}</mi>`, places(index, store.get(`info.param_shapes.${link}.${what}`), firstOf(store.get("experiment.layers") ?? [], link)), layerOf(store, link));
}

/** @param {Store} store @param {Parts} parts */
function node(store, { link, what, index }) {
  const boundary = link + Number(what.endsWith("output"));
  const shape = store.get(`info.shapes.${boundary}`);
  if (!shape) return "";
  const letter = stem(store, boundary);
  const alone = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1) === 1;
  const [at, layer] = [alone ? "" : places(index, shape), boundary > 0 ? layerOf(store, boundary - 1) : 0];
  const own = written(letter === "ŷ" ? HAT : `<mi>${letter}</mi>`, at, letter === "ŷ" ? 0 : layer);
  if (!what.startsWith("grad_")) return own;
  if (isZ(store, boundary)) return written("<mi>δ</mi>", at, layer);
  return `<mfrac><mrow><mi>∂</mi><mi>ℓ</mi></mrow><mrow><mi>∂</mi>${own}</mrow></mfrac>`;
}

/**
 * @param {string} base
 * @param {string} at  "" for none
 * @param {number} layer  0 for none
 */
function written(base, at, layer) {
  const below = `<mn>${at}</mn>`;
  const above = `<mrow><mo stretchy="false">(</mo><mn>${layer}</mn><mo stretchy="false">)</mo></mrow>`;
  if (at && layer) return `<msubsup>${base}${below}${above}</msubsup>`;
  if (at) return `<msub>${base}${below}</msub>`;
  return layer ? `<msup>${base}${above}</msup>` : base;
}
