/** @typedef {import("../base/types.js").Store} Store */

/**
 * The state that the told step set out from.
 * @param {Store} store
 */
export function stateBefore(store) {
  const trace = store.get("trace");
  if (store.get("cursor") < store.get("substeps").length && store.get("state.step") === trace.step) return store.get("state");
  return { step: trace.step, params: trace.before, slots: trace.memory, shared: trace.shared };
}
