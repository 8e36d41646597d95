/**
 * How the gradient that the optimizer is given was found. Sums of products are backpropagation's: where another method was chosen they
 * come to `backprop` of a trace's link, and `grads` is g, which stands beside them.
 *
 * @typedef {import("./types.js").Store} Store
 */

/**
 * «by central differences»; "" for backpropagation.
 * @param {Store} store
 * @param {string|undefined} [kind]  of the told step's method
 */
export function byMethod(store, kind = store.get("trace.gradient.kind")) {
  if (kind === undefined || kind === "backprop") return "";
  const entry = (store.get("catalog.gradient") ?? []).find((/** @type {any} */ each) => each.kind === kind);
  const title = /** @type {string} */ (entry?.title ?? kind);
  return `by ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
}

/** What a link of the trace calls ∂L/∂w by backpropagation. @param {Store} store */
export function swept(store) {
  return byMethod(store) ? "backprop" : "grads";
}
