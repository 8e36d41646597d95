/**
 * Addresses as the symbols that the story and the derivations use: "2/W/0,3" is w⁽²⁾₁₄. A link with weights and what follows it are one
 * layer; layers and places count from 1.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { parseAddress } from "../base/view.js";
import { formula } from "./parts.js";

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉";

/**
 * What its symbol is made of; null of what is no weight or bias.
 * @param {Store} store
 * @param {string} address
 * @returns {{stem: string, layer: string, places: string}|null}
 */
function parts(store, address) {
  const at = parseAddress(address);
  const shape = at && store.get(`info.param_shapes.${at.link}.${at.what}`);
  if (!at || !shape) return null;
  const shapes = /** @type {Record<string, number[]>[]} */ (store.get("info.param_shapes"));
  const layers = (/** @type {number} */ link) => shapes.slice(0, link + 1).filter((own) => Object.keys(own).length > 0).length;
  const layer = layers(shapes.length - 1) > 1 ? String(layers(at.link)) : "";
  return { stem: at.what.toLowerCase(), layer, places: at.index.map((n) => n + 1).join(Math.max(...shape) > 9 ? "," : "") };
}

/**
 * The symbol as an element; the address itself of what has none.
 * @param {Store} store
 * @param {string} address
 * @returns {HTMLElement|string}
 */
export function symbol(store, address) {
  const found = parts(store, address);
  if (!found) return address;
  const [stem, below] = [`<mi>${found.stem}</mi>`, `<mn>${found.places}</mn>`];
  const above = `<mrow><mo form="prefix" stretchy="false">(</mo><mn>${found.layer}</mn><mo form="postfix" stretchy="false">)</mo></mrow>`;
  return formula(`<math>${found.layer ? `<msubsup>${stem}${below}${above}</msubsup>` : `<msub>${stem}${below}</msub>`}</math>`);
}

/**
 * The same in plain text, for titles.
 * @param {Store} store
 * @param {string} address
 */
export function symbolText(store, address) {
  const found = parts(store, address);
  if (!found) return address;
  const moved = (/** @type {string} */ text, /** @type {string} */ digits) => text.replace(/\d/g, (digit) => digits[Number(digit)]);
  return `${found.stem}${found.layer ? `⁽${moved(found.layer, RAISED)}⁾` : ""}${moved(found.places, LOWERED)}`;
}
