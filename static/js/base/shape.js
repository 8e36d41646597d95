/** Which arrays a network has, of what shape, and whether a number is in one of them. */
import { parseAddress } from "./view.js";

/** What a link reads and gives, and the gradients by them. */
const PASSING = /^(grad_)?(in|out)put$/;

/**
 * What makes a network another one, in which the same address is another number.
 * @param {import("./types.js").Experiment} experiment
 */
export function networkOf({ data, layers, loss }) {
  return JSON.stringify([data.kind, data.features, data.layout, layers, loss.kind]);
}

/**
 * The shape of a link's parameter, or of what passes it, of one example.
 * @param {any} info  the server's facts about the architecture
 * @param {number} link
 * @param {string} name
 * @returns {number[]|undefined} undefined: there is no such array
 */
export function shapeAt(info, link, name) {
  const tensors = info.param_shapes[link];
  if (!tensors) return undefined;
  return PASSING.test(name) ? info.shapes[link + Number(name.endsWith("output"))] : tensors[name];
}

/**
 * Is there such a number, or such a weight, in this network?
 * @param {any} info
 * @param {string} address
 * @param {{weight?: boolean}} [options]  weight: only a parameter will do
 */
export function exists(info, address, { weight = false } = {}) {
  const at = parseAddress(address);
  if (!at || (weight && PASSING.test(at.what))) return false;
  const shape = shapeAt(info, at.link, at.what);
  return shape?.length === at.index.length && at.index.every((i, axis) => i < shape[axis]);
}
