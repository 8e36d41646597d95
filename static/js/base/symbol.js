/** What a parameter is called in words and menus, as in the story: w⁽²⁾₁₄ is the second layer's weight to its neuron 1 from neuron 4. */
import { parseAddress } from "./view.js";

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉";

/**
 * Layers with parameters are counted from 1, and so are indices; a network with one such layer needs no number for it.
 * @param {string} address  such as "2/W/0,3"
 * @param {Record<string, number[]>[]} shapes  of every link's parameters
 * @returns {string} the address itself where it is none
 */
export function symbol(address, shapes) {
  const parts = parseAddress(address);
  const shape = parts && shapes[parts.link]?.[parts.what];
  if (!parts || !shape) return address;
  const trained = shapes.flatMap((tensors, link) => (Object.keys(tensors).length ? [link] : []));
  const layer = trained.length > 1 ? `⁽${written(trained.indexOf(parts.link) + 1, RAISED)}⁾` : "";
  const stem = parts.what.length === 1 ? parts.what.toLowerCase() : parts.what;
  // A comma where an index could have two digits.
  return `${stem}${layer}${parts.index.map((i) => written(i + 1, LOWERED)).join(Math.max(...shape) > 9 ? "," : "")}`;
}

/** @param {number} value @param {string} digits */
function written(value, digits) {
  return [...String(value)].map((digit) => digits[Number(digit)]).join("");
}
