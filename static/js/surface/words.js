/**
 * What the surface says in words: its one-sentence summary, and what a plane can and cannot show.
 *
 * @typedef {import("./model.js").Landscape} Landscape
 * @typedef {import("./scale.js").Scale} Scale
 */
import { count, percent, show } from "../base/format.js";
import { arrowsInWords } from "./optimizer.js";

/**
 * @param {Landscape} land
 * @param {Scale} scale
 * @param {import("../base/types.js").Store} store
 * @returns {{summary: string, about: string, subtitle: string}}
 */
export function spoken(land, scale, store) {
  const { picture } = land;
  const now = store.get("surface");
  if (!picture || !now) return { summary: "", about: "", subtitle: "" };
  const back = (/** @type {number} */ v) => show(scale.log ? 10 ** v : v);
  const [a, b] = picture.labels;
  const summary = `The loss over ${a} and ${b}, from ${back(scale.low)} to ${back(scale.high)}; the ball is at ${show(now.at.alpha)}, ${show(now.at.beta)}, where the true loss is ${show(now.true_loss)}.`;
  const subtitle = `over all ${count(store.get("info.train_count"))} training examples${land.pinned ? ` · pinned at update ${picture.step}` : ""}`;
  return { summary, subtitle, about: [limits(store), gap(land), cut(scale, back), arrowsInWords(store), ...facts(picture.answer)].filter(Boolean).join(" ") };
}

/** @param {import("../base/types.js").Store} store */
function limits(store) {
  const size = store.get("info.size");
  return size <= 2
    ? "This model has no other parameters: the plane is its whole loss."
    : `A plane shows 2 of the ${count(size)} directions in which this loss can change. What is off the plane is not seen: a valley here need not be one of the whole.`;
}

/** @param {Landscape} land */
function gap(land) {
  const kind = land.pinned ? "This plane is pinned; as the run leaves it, the gap grows." : "This plane goes along with the weights, so the gap stays small.";
  return `The gap is how far the plane’s loss under the ball is from the true loss of the weights; the largest over the path is shown beside it. ${kind}`;
}

/** @param {Scale} scale @param {(v: number) => string} back */
function cut(scale, back) {
  return scale.cap === null ? "" : `Heights are cut off at ${back(scale.cap)}; ${percent(scale.share)} of the plane is higher.`;
}

/** @param {any} answer @returns {string[]} */
function facts(answer) {
  const [first, second] = answer.explained_variance ?? [];
  const variance = first === undefined ? "" : `These two directions hold ${percent(first + second)} of the path’s variance (${percent(first)} and ${percent(second)}).`;
  const error = answer.dtype === "float32" ? `Heights are computed in float32; their relative error here is ${show(answer.relative_error)}.` : "";
  const notes = (answer.notes ?? []).map((/** @type {string} */ text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
  return [variance, answer.optimum ? starred(answer.optimum) : (answer.no_optimum ?? ""), ...notes, error];
}

/** @param {{distance: number}} optimum @returns {boolean} does it lie on the plane? */
export function isOn(optimum) {
  return optimum.distance < 1e-9;
}

/** @param {any} optimum */
function starred(optimum) {
  const { method, loss, distance, critical_learning_rate: critical } = optimum;
  const star = isOn(optimum) ? `The star is the optimum (${method})` : `The hollow star is the shadow of the optimum (${method}), which lies ${show(distance)} off this plane`;
  return `${star}, with a loss of ${show(loss)}; near it gradient descent diverges beyond η = ${show(critical)}.`;
}
