/**
 * The optimizer's own sub-steps on the plane, each as a displacement of the weights: against the gradient, along the velocity, scaled
 * axis by axis, or tried and turned down.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./actors.js").Arrow} Arrow
 * @typedef {import("./model.js").Landscape} Landscape
 */
import { show } from "../base/format.js";
import { flatten, plus } from "./vectors.js";

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
  const arrows = [{ name: "−ηg", look: "gradient", by: along(gradient, -rate) }];
  if (kind === "momentum" || kind === "nesterov") {
    const velocity = gathered(trace.slots, "velocity");
    if (velocity) arrows.push({ name: "−ημv", look: "velocity", by: along(plus(velocity, gradient, -1), -rate) });
  } else if (kind.startsWith("adam")) {
    const mean = gathered(trace.shown, "m_hat");
    if (mean) arrows.push({ name: "−ηm̂", look: "velocity", by: along(mean, -rate) });
  }
  return arrows;
}

/** What the arrows mean, by the optimizer's kind. @type {Record<string, string>} */
const MEANINGS = {
  momentum: "Blue −ηg is the step against this batch’s gradient alone, violet −ημv what is left of the old velocity; together they are Δw.",
  nesterov: "Blue −ηg is the step against this batch’s gradient alone, violet −ημv what is left of the old velocity.",
  adam: "Blue −ηg is the step against this batch’s gradient, violet −ηm̂ along its running mean; Δw is that, each weight scaled by 1/√v̂.",
  levenberg_marquardt: "",
};

/**
 * The arrows, and Levenberg–Marquardt's tries, in words.
 * @param {Store} store
 * @returns {string}
 */
export function arrowsInWords(store) {
  const kind = store.get("experiment.optimizer.kind");
  const tries = /** @type {{damping: number, loss: number, accepted: boolean}[]} */ (store.get("trace.tries") ?? []);
  if (tries.length) {
    const told = tries.map((one) => `λ = ${show(one.damping)} ${one.accepted ? "was taken" : "was turned down"} (loss ${show(one.loss)})`);
    return `This step’s tries: ${told.join(", ")}. A small λ trusts the parabola, a large one only the gradient.`;
  }
  return MEANINGS[kind === "adamw" ? "adam" : kind] ?? (kind === "sgd" ? "" : "Blue −ηg is the step against this batch’s gradient alone; Δw is what the optimizer makes of it.");
}
