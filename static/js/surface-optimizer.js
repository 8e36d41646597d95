/**
 * The optimizer's own sub-steps on the plane, each as a displacement of the weights: against the gradient, along the velocity, scaled
 * axis by axis, or tried and turned down.
 *
 * @typedef {import("./types.js").Store} Store
 * @typedef {import("./surface-actors.js").Arrow} Arrow
 * @typedef {import("./surface-model.js").Landscape} Landscape
 */
import { flatten, plus } from "./surface-vectors.js";

/**
 * One array of what the optimizer keeps or shows for each parameter, as a vector; null where a parameter has none.
 * @param {any[]} tree
 * @param {string} name
 * @returns {Float64Array|null}
 */
function gathered(tree, name) {
  const found = (tree ?? []).flatMap((link) => Object.values(link ?? {}).map((own) => /** @type {any} */ (own)?.[name]));
  return found.length && found.every((array) => array != null) ? flatten(found) : null;
}

/**
 * Beside the update: what it would be without the optimizer's memory, −η g, wherever that is another arrow.
 * @param {Landscape} land
 * @param {Store} store
 * @returns {Arrow[]}
 */
export function opticalArrows(land, store) {
  const { kind, learning_rate: rate } = store.get("experiment.optimizer");
  const trace = store.get("trace");
  const gradient = flatten(trace.layers.map((/** @type {any} */ link) => link.grads));
  const along = (/** @type {Float64Array} */ v, /** @type {number} */ times) => /** @type {[number, number]} */ (land.along(v).map((x) => times * x));
  if (kind === "sgd" || typeof rate !== "number") return [];
  /** @type {Arrow[]} */
  const arrows = [{ name: "−η·gradient", look: "gradient", by: along(gradient, -rate) }];
  if (kind === "momentum" || kind === "nesterov") {
    const velocity = gathered(trace.slots, "velocity");
    if (velocity) arrows.push({ name: "−η·μ·old velocity", look: "velocity", by: along(plus(velocity, gradient, -1), -rate) });
  } else if (kind.startsWith("adam")) {
    const mean = gathered(trace.shown, "m_hat");
    if (mean) arrows.push({ name: "−η·m̂, before it is scaled", look: "velocity", by: along(mean, -rate) });
  }
  return arrows;
}
