/**
 * The part of a plane that is looked at, and what its axes count from.
 *
 * @typedef {import("./model.js").Spec} Spec
 * @typedef {import("./model.js").Pair} Pair
 */
import { parseAddress } from "../base/view.js";

const EDGE = 0.94; // of the way from the middle to an end: a place beyond it makes that side longer
const GROWTH = 1.5;

/**
 * A pinned window's side, longer by whole factors where a place has come near its end, or has left it.
 * @param {Pair} side  as it was pinned
 * @param {number[]} places
 * @returns {Pair}
 */
export function grown([low, high], places) {
  const [middle, half] = [(low + high) / 2, (high - low) / 2];
  const longer = (/** @type {number} */ far) => half * GROWTH ** Math.ceil(Math.log(Math.max(1, far / (EDGE * half))) / Math.log(GROWTH));
  const known = places.filter(Number.isFinite);
  return [middle - longer(Math.max(0, ...known.map((at) => middle - at))), middle + longer(Math.max(0, ...known.map((at) => at - middle)))];
}

/** @param {Pair[]} a @param {Pair[]} b @returns {boolean} are they the same part, but for rounding? */
export function sameSpan(a, b) {
  return a.every((side, k) => side.every((end, i) => Math.abs(end - b[k][i]) <= 1e-9 * (side[1] - side[0])));
}

/**
 * On a plane of two weights the axes show the weights themselves, not how far they are moved; on a random plane they count from where
 * the path begins, so that the window stands while the ball moves in it.
 * @param {Spec} spec
 * @param {{origin: any, path: {at: Pair}[]}} answer
 * @returns {Pair}
 */
export function shiftOf(spec, { origin, path }) {
  if (spec.kind === "random" && path.length) return [-path[0].at[0], -path[0].at[1]];
  if (spec.kind !== "weights") return [0, 0];
  const value = (/** @type {string} */ text) => {
    const parts = parseAddress(text);
    return parts ? parts.index.reduce((array, i) => array[i], origin[parts.link][parts.what]) : 0;
  };
  return [value(spec.addresses[0]), value(spec.addresses[1])];
}
