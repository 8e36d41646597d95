/**
 * Who is on the surface at this moment: the path really taken, the ball, the update and what the optimizer made it of.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./model.js").Landscape} Landscape
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./actors.js").Scene} Scene
 * @typedef {import("./actors.js").Arrow} Arrow
 */
import { isUpdate } from "./arrows.js";
import { flatten, plus } from "../base/vectors.js";
import { broken } from "./visits.js";
import { isOn } from "./words.js";
import { opticalArrows, scalingRing } from "./optimizer.js";

/**
 * Where the ball is now, as a parameter vector: between the two states while the update is being told.
 * @param {import("../base/types.js").Context} context
 * @param {() => void} moved
 * @returns {{vector: () => Float64Array}}
 */
export function ballNow({ store, frames }, moved) {
  /** @type {{from: Float64Array, by: Float64Array, t: number}|null} */
  let rolling = null;
  store.subscribe("transition", (transition) => {
    rolling = null;
    if (transition?.substep?.phase !== "update" || !(transition.duration > 0)) return;
    const mine = { from: flatten(store.get("trace.before")), by: flatten(store.get("trace.updates")), t: 0 };
    rolling = mine;
    frames.animate(transition.duration, (t) => {
      if (rolling !== mine) return;
      mine.t = t * t * (3 - 2 * t);
      if (t === 1) rolling = null;
      moved();
    }, "surface-ball");
  });
  return { vector: () => (rolling ? plus(rolling.from, rolling.by, rolling.t) : flatten(store.get("state.params"))) };
}

/**
 * @param {Landscape} land
 * @param {Picture} picture  the plane that is drawn, which need not be the newest one
 * @param {Store} store
 * @param {Float64Array} ball
 * @param {import("./actors.js").Trail[]} [descents]
 * @returns {Scene}
 */
export function sceneOf(land, picture, store, ball, descents = []) {
  const now = picture.place(ball).at;
  const trace = store.get("trace");
  const told = store.get("cursor") === store.get("substeps").length;
  // The path ends where the ball is: the state that an update is rolling to is not yet visited.
  const known = land.visits.list.filter((visit) => !trace || visit.step < trace.step + 1);
  const from = trace ? picture.place(flatten(trace.before)).at : now;
  const steps = Boolean(trace) && deciding(store, told);
  const loss = store.get("frame.step") === store.get("state.step") ? store.get("frame.loss.train") : null;
  return {
    path: [...broken(known, (visit) => picture.visited(visit)), now],
    starts: known.filter((visit, i) => i === 0 || visit.placed).map((visit) => picture.visited(visit)),
    ball: now, from, taken: Boolean(trace) && store.get("state.step") > trace.step,
    // A live plane goes through the weights: only from one that was pinned is the true loss another.
    truth: land.pinned ? loss : null,
    best: bestOf(picture),
    arrows: steps ? arrowsOf(picture, store) : [],
    trails: [...descents, ...(steps ? scalingRing(picture, store, from) : [])],
    marks: marksOf(picture),
  };
}

/**
 * What a small scene has room for: the run and the update itself, without what that was made of.
 * @param {Scene} scene
 * @returns {Scene}
 */
export function fewer(scene) {
  return { ...scene, arrows: scene.arrows.filter(isUpdate), trails: scene.trails.filter(({ look }) => look !== "scaling") };
}

/**
 * Which way the told update leads on the plane.
 * @param {Picture} picture
 * @param {Store} store
 * @returns {[number, number]}
 */
export function heading(picture, store) {
  const updates = store.get("trace.updates");
  return updates ? picture.along(flatten(updates)) : [0, 0];
}

/**
 * Is the gradient known at this sub-step, so that what the update is made of can be shown?
 * @param {Store} store
 * @param {boolean} told
 * @returns {boolean}
 */
function deciding(store, told) {
  const phase = store.get("substeps")[store.get("cursor") - 1]?.phase;
  return told || phase === "gradient" || phase === "update";
}

/**
 * What the update is made of, and the update itself: all drawn by one factor, for together they say something.
 * @param {Picture} picture
 * @param {Store} store
 * @returns {Arrow[]}
 */
function arrowsOf(picture, store) {
  // The ball stands behind it, or at its tip: without a word it would be read as the step to come.
  const name = store.get("state.step") > store.get("trace.step") ? "last Δw" : "Δw";
  const update = { name, look: "update", by: heading(picture, store), group: "step" };
  const parts = opticalArrows(picture, store);
  return parts.some((arrow) => arrow.look === "accepted") ? parts : [...parts, update];
}

/**
 * The states that a plane through two or three of them was laid through.
 * @param {Picture} picture
 * @returns {import("./actors.js").Mark[]}
 */
function marksOf({ answer }) {
  return (answer.points ?? []).filter((/** @type {any} */ point) => point.name !== "now");
}

/**
 * The optimum of a model that is linear in its parameters, or its shadow on a plane that it is not on.
 * @param {Picture} picture
 * @returns {import("./actors.js").Best|null}
 */
function bestOf({ answer, shift }) {
  const best = answer.optimum;
  if (!best) return null;
  return { at: [best.at[0] + shift[0], best.at[1] + shift[1]], shadow: !isOn(best) };
}
