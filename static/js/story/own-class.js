/**
 * The output of an example's own class: the one whose target is 1. The opening follows it, for with softmax and cross-entropy its
 * ŷ is the one that ℓ = −ln ŷ is made of.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { row } from "../base/view.js";

/**
 * @param {Store} store
 * @returns {string|null}  null for the batch's mean, for a single output, and for targets that name no class
 */
export function ownClass(store) {
  const r = row(store);
  const target = r === null ? [] : [store.get(`trace.batch.y.${r}`)].flat();
  const own = target.indexOf(1);
  // A hinge's targets are −1 and 1.
  const oneHot = own >= 0 && target.every((y, k) => k === own || y === 0 || y === -1);
  return oneHot && target.length > 1 ? String(own) : null;
}
