/** The weights of a network that can be chosen from, by their addresses. */
import { nested } from "./box.js";
import { address } from "./view.js";

const MOST = 1200;
/** What is said where a plane or a line through the weights would be. */
export const NO_WEIGHTS = "This network has no weights: its loss stays what it is, and there is no surface to descend on.";

/** Has a network none? @param {Record<string, any>[]} params  of its links, or their shapes */
export function weightless(params) {
  return params.every((tensors) => Object.keys(tensors).length === 0);
}

/**
 * Every parameter's address, biases too; of a large network, the first ones.
 * @param {Record<string, number[]>[]} shapes
 * @returns {string[]}
 */
export function listed(shapes) {
  return shapes.flatMap((tensors, link) => Object.entries(tensors).flatMap(([name, shape]) => nested(shape).map((index) => address(link, name, index)))).slice(0, MOST);
}

/**
 * The two parameters that an update moves the most, of these: there is something to see along them.
 * @param {any} updates
 * @param {string[]} among
 * @returns {string[]}
 */
export function liveliest(updates, among) {
  const size = (/** @type {string} */ text) => {
    const [link, name, index] = text.split("/");
    const value = index.split(",").reduce((/** @type {any} */ array, i) => array?.[i], updates?.[link]?.[name]);
    return typeof value === "number" ? Math.abs(value) : 0;
  };
  const best = among.map((text) => ({ text, by: size(text) })).sort((a, b) => b.by - a.by).slice(0, 2);
  return best.map(({ text }) => text).sort((a, b) => among.indexOf(a) - among.indexOf(b));
}
