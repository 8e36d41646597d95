/**
 * What the surface says in words: its one-sentence summary, and what a plane can and cannot show.
 *
 * @typedef {import("./model.js").Landscape} Landscape
 * @typedef {import("../plot/scale.js").Scale} Scale
 */
import { count, percent, show } from "../base/format.js";
import { blankInWords, flooredInWords } from "../plot/blank.js";
import { heightAt } from "../plot/field.js";
import { arrowsInWords } from "./optimizer.js";

/** Between two things that are said of a plane: a paragraph beside an enlarged one, a space below a small one. */
export const BREAK = "\n\n";

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
  const summary = `The loss over ${a} and ${b}, ${range(scale, [now.plane_loss, starLoss(picture.answer.optimum)])}; the ball is at ${show(now.at.alpha)}, ${show(now.at.beta)}, where the true loss is ${show(now.true_loss)}.`;
  const subtitle = `over all ${count(store.get("info.train_count"))} training examples${land.pinned ? ` · pinned at update ${picture.step}` : ""}`;
  return { summary, subtitle, about: [limits(store), gap(land, now), cut(scale, back), leftBlank(picture, scale, now), arrowsInWords(store), ...facts(picture.answer)].filter(Boolean).join(BREAK) };
}

/**
 * Between its grid points the plane may be lower or higher than at any of them, and the ball lies between them.
 * @param {Scale} scale
 * @param {(number|null)[]} seen  the plane's loss under the ball, and at the star
 * @returns {string}
 */
function range(scale, seen) {
  const all = [scale.least, scale.log ? 10 ** scale.high : scale.high, ...seen.filter((v) => v !== null)];
  return `from ${show(Math.min(...all))} to ${show(Math.max(...all))}`;
}

/** @param {import("../base/types.js").Store} store */
function limits(store) {
  const size = store.get("info.size");
  return size <= 2
    ? "This model has no other parameters: the plane is its whole loss."
    : `A plane shows 2 of the ${count(size)} directions in which this loss can change. What is off the plane is not seen: a valley here need not be one of the whole.`;
}

/** @param {Landscape} land @param {{distance: number|null, gap: number|null, largest: number}} now */
function gap(land, now) {
  return `The gap is how far the plane’s loss under the ball is from the true loss of the weights. ${[standing(land, now), largest(now)].filter(Boolean).join(" ")}`;
}

/** @param {Landscape} land @param {{distance: number|null}} now @returns {string} how the plane lies to the weights */
function standing(land, { distance }) {
  if (distance === null) return "These weights lie on no plane.";
  if (land.pinned) return distance === 0 ? "This plane is pinned, and goes through the present weights." : "This plane is pinned, and the run has left it.";
  return distance === 0 ? "This plane goes through the present weights." : "The weights have moved off this plane since it was computed; the next one will go through them.";
}

/**
 * What the gap is, in one sentence that always stands below the two losses; it must fit one line.
 * @param {import("../base/types.js").Store} store
 * @param {string} problem  why the plane is not computed
 * @returns {string}
 */
export function gapSentence(store, problem) {
  const now = store.get("surface");
  if (!now) return "";
  if (now.gap === null && now.at.alpha !== null && problem) return "The gap, how far apart the two losses are, is not known here.";
  if (now.gap === null) return now.at.alpha === null ? "There is no gap to tell: the weights are no numbers." : "The gap, how far apart the two losses are, is being computed.";
  if (now.measured !== store.get("state.step")) return `The gap at update ${count(now.measured)}: how far apart the two losses were.`;
  return `The gap is how far apart the two losses are: ${now.distance === 0 ? "0 on" : "the run is off"} the plane.`;
}

/** @param {{gap: number|null, largest: number}} now @returns {string} */
function largest(now) {
  if (!(now.largest > (now.gap ?? 0))) return "";
  return "The largest gap on the path is that of an earlier point: it lies off this plane, which shows another loss below it.";
}

/** What is said beside a scene that is too small for all marks. */
export const FEWER = "So small a scene shows Δw alone: larger, or as a contour, it has also what that is made of.";
/** What the arrows of the 3-D view show. */
export const TANGENT = "The arrows are straight, along the tangent where the step begins: their tips are where its slope promises, not on the surface; the last update alone, drawn in its true length, ends at the ball. Dotted beside each: level, then down (or up) by what is promised. A factor such as ×20 says how many times as long one is drawn, so that it can be seen.";

/**
 * @param {boolean} straight  are there arrows along the tangent?
 * @param {{small: boolean}|null} stage
 * @returns {string}
 */
export function arrowWords(straight, stage) {
  if (!straight) return "";
  return stage?.small ? `${TANGENT} ${FEWER}` : TANGENT;
}

/** @param {Scale} scale @param {(v: number) => string} back */
function cut(scale, back) {
  const above = scale.cap === null ? "" : `Heights are cut off at ${back(scale.cap)}; ${percent(scale.share)} of the plane is higher.`;
  return [above, flooredInWords(scale)].filter(Boolean).join(" ");
}

/**
 * What has no logarithm, and what stands there.
 * @param {import("./picture.js").Picture} picture
 * @param {Scale} scale
 * @param {{at: {alpha: number|null, beta: number|null}}} now
 * @returns {string}
 */
function leftBlank({ answer: { optimum }, xs, ys, loss, shift }, scale, { at: { alpha, beta } }) {
  if (!scale.blank) return "";
  const places = [["the ball", alpha, beta], ...(optimum ? [["the star", optimum.at[0] + shift[0], optimum.at[1] + shift[1]]] : [])];
  const there = places.filter(([, x, y]) => x !== null && heightAt(loss, xs, ys, x, y) !== null && heightAt(scale.heights, xs, ys, x, y) === null).map(([name]) => name);
  const words = there.length > 1 ? "The ball and the star lie" : `T${String(there[0]).slice(1)} lies`;
  return `${blankInWords(scale.blank, "the plane")}${there.length ? ` ${words} there: seen from above, but without a height in 3-D.` : ""}`;
}

/** @param {any} answer @returns {string[]} */
function facts(answer) {
  const [first, second] = answer.explained_variance ?? [];
  const variance = first === undefined ? "" : `These two directions hold ${percent(first + second)} of the path’s variance (${percent(first)} and ${percent(second)}).`;
  const error = answer.dtype === "float32" ? `Heights are computed in float32; at a sample of points, the lowest among them, their relative error is at most ${show(answer.relative_error)}.` : "";
  const notes = (answer.notes ?? []).map((/** @type {string} */ text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
  return [variance, answer.optimum ? starred(answer.optimum) : (answer.no_optimum ?? ""), ...notes, error];
}

/** @param {{distance: number}} optimum @returns {boolean} does it lie on the plane? */
export function isOn(optimum) {
  return optimum.distance < 1e-9;
}

/** @param {any} optimum @returns {number|null} the loss at the star, which may be lower than at any point of the grid */
function starLoss(optimum) {
  return optimum && isOn(optimum) ? optimum.loss : null;
}

/** @param {any} optimum */
function starred(optimum) {
  const { method, loss, distance, critical_learning_rate: critical } = optimum;
  const star = isOn(optimum) ? `The star is the optimum (${method})` : `The hollow star is the shadow of the optimum (${method}), which lies ${show(distance)} off this plane`;
  return `${star}, with a loss of ${show(loss)}; near it gradient descent diverges beyond η = ${show(critical)}.`;
}
