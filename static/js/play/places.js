/**
 * The places of an address: read from its words, and written in them.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{step: number, cursor: number}} Place  so many sub-steps of the step after so many updates
 */
import { told } from "../base/view.js";
import { movedAt } from "../base/moved.js";
import { MOST_REPLAYED } from "../base/url.js";
import { FASTEST, SLOWEST, USUAL_SPEED } from "./speed.js";

/** @param {string|undefined} text @returns {number|"mean"} */
export function exampleOf(text) {
  return text === "mean" ? text : Math.min(1999, Math.max(0, Math.trunc(Number(text ?? 0)) || 0));
}

/**
 * @param {string|undefined} text
 * @returns {number|"max"}
 */
export function speedOf(text) {
  if (text === "max") return text;
  const speed = Number(text);
  return speed > 0 ? Math.min(FASTEST, Math.max(SLOWEST, speed)) : USUAL_SPEED;
}

/**
 * `step=3&substep=5` is the third step with five sub-steps told; `step=3` alone, the third step told to its end. null: the start.
 * @param {Record<string, string>} places
 * @param {import("../base/url.js").Change[]} timeline
 * @param {number|null} end  the last update that the address knows of
 * @returns {Place|null}
 */
export function placeOf({ step, substep }, timeline, end) {
  const [number, cursor] = [step, substep].map((text) => Math.max(0, Math.trunc(Number(text ?? 0)) || 0));
  const last = end === null ? MOST_REPLAYED : Math.min(end, MOST_REPLAYED);
  if (number > last) return last === 0 ? null : { step: last - 1, cursor: Infinity };
  if (number === 0 && cursor === 0) return movedAt(timeline, 0) ? { step: 0, cursor: 0 } : null;
  return { step: Math.max(1, number) - 1, cursor: substep === undefined ? Infinity : cursor };
}

/**
 * The present place in the same words, which are also those above the network.
 * @param {Store} store
 */
export function placeNow(store) {
  const [step, { index, done }] = [store.get("trace.step"), told(store)];
  return { step: step || index ? step + 1 : null, substep: done || !(step || index) ? null : index };
}
