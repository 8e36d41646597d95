/**
 * The tries of a solver's step, of which its equations tell the first, the last and how many were in vain.
 *
 * @typedef {import("../base/types.js").Store} Store
 */

/**
 * The last try, which is the accepted one, if any was; what stands for {last}.
 * @param {Store} store
 * @returns {{last?: number}}
 */
export function lastTry(store) {
  const count = store.get("trace.tries.length");
  return count ? { last: count - 1 } : {};
}

/**
 * How many of them were rejected, for store.derived.story.
 * @param {Store} store
 * @returns {{rejected?: number}}
 */
export function rejected(store) {
  /** @type {{accepted: boolean}[]|undefined} */
  const tries = store.get("trace.tries");
  return tries ? { rejected: tries.filter(({ accepted }) => !accepted).length } : {};
}
