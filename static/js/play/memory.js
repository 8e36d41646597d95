/**
 * The optimizer's memory when another optimizer is chosen: that of another kind is of no use to it, so it begins empty; who comes back to
 * the kind that the run came with, at the same weights, has its memory again, for then nothing of the run was changed.
 *
 * @typedef {import("../base/types.js").State} State
 */

/** What the run came with. The weights are the same ones, and are known to be by being the same object. @type {WeakMap<object, {kind: string, state: State}>} */
const came = new WeakMap();

/**
 * @param {State} state
 * @param {string} old  the kind of optimizer that it is under
 * @param {string} kind
 * @returns {State}
 */
export function under(state, old, kind) {
  if (kind === old) return state;
  const known = came.get(state.params) ?? { kind: old, state };
  came.set(state.params, known);
  return known.kind === kind ? known.state : { step: state.step, params: state.params, slots: null };
}
