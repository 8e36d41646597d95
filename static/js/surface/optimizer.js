/**
 * The optimizer's own sub-steps on the plane, each as a displacement of the weights: against the gradient, along the velocity, scaled
 * axis by axis, or tried and turned down.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./actors.js").Arrow} Arrow
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {{damping: number, loss: number, accepted: boolean, change: number[]|null}} Try
 */
import { show } from "../base/format.js";
import { flatten, plus } from "../base/vectors.js";

const MOST_TRIES = 8; // drawn, the last ones
const CORNERS = 48;
const RING = 0.15; // of the window: the radius of the ring

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
 * @param {Picture} picture
 * @param {Store} store
 * @returns {Arrow[]}
 */
export function opticalArrows(picture, store) {
  const { kind, learning_rate: rate } = store.get("experiment.optimizer");
  const trace = store.get("trace");
  const tries = /** @type {Try[]} */ (trace.tries ?? []);
  if (tries.length) return tried(picture, tries);
  const gradient = flatten(trace.layers.map((/** @type {any} */ link) => link.grads));
  const along = (/** @type {Float64Array} */ v, /** @type {number} */ times) => /** @type {[number, number]} */ (picture.along(v).map((x) => times * x));
  if (kind === "sgd" || typeof rate !== "number") return [];
  /** @type {Arrow[]} */
  const arrows = [{ name: "−ηg", look: "gradient", group: "step", by: along(gradient, -rate) }];
  if (kind === "momentum" || kind === "nesterov") {
    const velocity = gathered(trace.slots, "velocity");
    if (velocity) arrows.push({ name: "−ημv", look: "velocity", group: "step", by: along(plus(velocity, gradient, -1), -rate) });
  } else if (kind.startsWith("adam")) {
    const mean = gathered(trace.shown, "m_hat");
    if (mean) arrows.push({ name: "−ηm̂", look: "velocity", group: "step", by: along(mean, -rate) });
  }
  return arrows;
}

/**
 * Levenberg–Marquardt's tries: the more damped, the shorter, and the nearer to the direction against the gradient.
 * @param {Picture} picture
 * @param {Try[]} tries
 * @returns {Arrow[]}
 */
function tried(picture, tries) {
  const known = tries.filter((one) => one.change !== null);
  return known.slice(-MOST_TRIES).map(({ damping, accepted, change }) => ({
    name: `${accepted ? "Δw ✓" : "✗"} λ = ${show(damping, 2)}`,
    look: accepted ? "accepted" : "rejected",
    group: "tries",
    by: picture.along(Float64Array.from(/** @type {number[]} */ (change))),
  }));
}

/**
 * How an optimizer with a step length for each weight stretches the plane: a circle of steps m̂ (or g) becomes this ring of steps
 * divided by √v̂ + ε (by √v + ε).  Only its shape tells, for the plane is drawn with
 * one scale; its size is chosen to be seen.
 * @param {Picture} picture
 * @param {Store} store
 * @param {[number, number]} from
 * @returns {import("./actors.js").Trail[]}
 */
export function scalingRing(picture, store, from) {
  const trace = store.get("trace");
  const spread = gathered(trace.shown, "v_hat") ?? gathered(trace.slots, "v");
  // Where the directions are not at a right angle, or not of one length, a circle is none to begin with.
  if (!spread || !picture.plane.square) return [];
  const epsilon = store.get("experiment.optimizer.epsilon");
  const scaled = (/** @type {Float64Array} */ d) => picture.along(d.map((x, i) => x / (Math.sqrt(spread[i]) + epsilon)));
  const [first, second] = [scaled(picture.plane.d0), scaled(picture.plane.d1)];
  const round = Array.from({ length: CORNERS + 1 }, (_, i) => (2 * Math.PI * i) / CORNERS);
  const ring = round.map((t) => [0, 1].map((k) => Math.cos(t) * first[k] + Math.sin(t) * second[k]));
  const [wide, high] = [picture.xs, picture.ys].map((values) => values[values.length - 1] - values[0]);
  const largest = Math.max(...ring.map(([x, y]) => Math.max(Math.abs(x) / wide, Math.abs(y) / high)));
  if (!(largest > 0) || !Number.isFinite(largest)) return [];
  const size = RING / largest;
  return [{ name: gathered(trace.shown, "v_hat") ? "1/√v̂" : "1/√v", look: "scaling", path: ring.map(([x, y]) => [from[0] + size * x, from[1] + size * y]) }];
}

const STRETCH = "The ring is what that scaling makes of a circle: where it is wide, steps are made longer.";
const RING_WORDS = `Blue −ηg is the step against this batch’s gradient alone; Δw is that, each weight scaled by 1/√v. ${STRETCH}`;
const ADAM_WORDS = "Blue −ηg is the step against this batch’s gradient, violet −ηm̂ along its running mean; Δw is that, each weight scaled by 1/√v̂";

/** Of the arrows on the page; those of a picture to take away are all there. */
export const LEFT_OUT = "An arrow that the ball hides is left out.";

/** What the arrows mean, by the optimizer's kind. @type {Record<string, string>} */
const MEANINGS = {
  momentum: "Blue −ηg is the step against this batch’s gradient alone, violet −ημv what is left of the old velocity; together they are Δw.",
  nesterov: "Blue −ηg is the step against this batch’s gradient alone, violet −ημv what is left of the old velocity.",
  adam: `${ADAM_WORDS}. ${STRETCH}`,
  adamw: `${ADAM_WORDS}, and then −ηλw, by which every weight decays. ${STRETCH}`,
  rmsprop: RING_WORDS,
  adagrad: RING_WORDS,
};

/**
 * The arrows, and Levenberg–Marquardt's tries, in words.
 * @param {Store} store
 * @returns {string}
 */
export function arrowsInWords(store) {
  const kind = store.get("experiment.optimizer.kind");
  const tries = /** @type {Try[]} */ (store.get("trace.tries") ?? []);
  if (tries.length) {
    const told = tries.map((one) => `λ = ${show(one.damping)} ${one.accepted ? "was taken" : "was turned down"} (loss on the batch ${show(one.loss)})`);
    return `${tries.length > 1 ? "This step’s tries" : "This step’s only try"}: ${told.join(", ")}. A small λ trusts the parabola, a large one only the gradient, and steps less far${colours(tries)}.`;
  }
  if (kind === "sgd" || kind === "levenberg_marquardt") return "";
  const meaning = MEANINGS[kind] ?? "Blue −ηg is the step against this batch’s gradient alone; Δw is what the optimizer makes of it.";
  return `${meaning} ${LEFT_OUT}`;
}

/** Which arrow was which, of those that there are. @param {Try[]} tries */
function colours(tries) {
  const down = tries.filter((one) => !one.accepted && one.change !== null).length;
  const taken = tries.some((one) => one.accepted) ? `the orange ${down ? "one" : "arrow"} was taken` : "";
  const told = [down > 1 ? "red arrows were turned down" : down ? "the red arrow was turned down" : "", taken].filter(Boolean);
  return told.length ? `: ${told.join(", ")}` : "";
}
