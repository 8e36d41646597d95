/**
 * What a parameter is called: w⁽²⁾₁₄ as the story calls it, counted from 1, where its address is 2/W/0,3. Layers are counted as textbooks
 * count them, a link with weights and its activation together.
 */
import { parseAddress } from "../base/view.js";

const [SUPER, SUB] = ["⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"];

/**
 * @param {string} address
 * @param {Record<string, number[]>[]} shapes
 * @param {(text: string) => string} up
 * @param {(text: string) => string} down
 * @returns {string}
 */
function named(address, shapes, up, down) {
  const parts = parseAddress(address);
  if (!parts) return address;
  const counted = shapes.map((own) => Number(Object.keys(own).length > 0));
  const layer = counted.slice(0, parts.link + 1).reduce((a, b) => a + b, 0);
  const several = counted.reduce((a, b) => a + b, 0) > 1;
  const long = Math.max(...(shapes[parts.link]?.[parts.what] ?? [])) > 9;
  const stem = parts.what.length === 1 ? parts.what.toLowerCase() : parts.what;
  return stem + (several ? up(`(${layer})`) : "") + down(parts.index.map((i) => i + 1).join(long ? "," : ""));
}

/**
 * @param {Record<string, any>[]} params
 * @returns {Record<string, number[]>[]}
 */
export function shapesOf(params) {
  /** @param {any} array @returns {number[]} */
  const shape = (array) => (Array.isArray(array) ? [array.length, ...shape(array[0])] : []);
  return params.map((own) => Object.fromEntries(Object.entries(own).map(([name, array]) => [name, shape(array)])));
}

/**
 * As plain text, for words and menus.
 * @param {string} address
 * @param {Record<string, number[]>[]} shapes
 */
export function symbol(address, shapes) {
  const raised = (/** @type {string} */ text) => text.replace(/\d/g, (d) => SUPER[Number(d)]).replace("(", "⁽").replace(")", "⁾");
  return named(address, shapes, raised, (text) => text.replace(/\d/g, (d) => SUB[Number(d)]));
}

/**
 * As Plotly writes it on an axis.
 * @param {string} address
 * @param {Record<string, number[]>[]} shapes
 */
export function marked(address, shapes) {
  return named(address, shapes, (text) => `<sup>${text}</sup>`, (text) => `<sub>${text}</sub>`);
}
