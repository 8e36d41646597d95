/**
 * The part of a plane that is looked at, and what its axes count from.
 *
 * @typedef {import("./model.js").Spec} Spec
 * @typedef {import("./model.js").Pair} Pair
 */
import { parseAddress } from "../base/view.js";

const EDGE = 0.06; // the part of the window at its edge within which the ball makes it grow
const ROOM = 0.25;

/**
 * A side of the window, longer where a place has come near its end.
 * @param {Pair} side
 * @param {number[]} places
 * @returns {Pair}
 */
export function grown([low, high], places) {
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const edge = EDGE * (high - low);
  const room = ROOM * Math.max(last - first, high - low);
  return [first < low + edge ? first - room : low, last > high - edge ? last + room : high];
}

/**
 * On a plane of two weights the axes show the weights themselves, not how far they are moved.
 * @param {Spec} spec
 * @param {any} origin
 * @returns {Pair}
 */
export function shiftOf(spec, origin) {
  if (spec.kind !== "weights") return [0, 0];
  const value = (/** @type {string} */ text) => {
    const parts = parseAddress(text);
    return parts ? parts.index.reduce((array, i) => array[i], origin[parts.link][parts.what]) : 0;
  };
  return [value(spec.addresses[0]), value(spec.addresses[1])];
}
